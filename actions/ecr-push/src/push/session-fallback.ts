import { type Authorization, awsErrorName, type Ecr, Failure } from '@container-actions/core'

type Manifests = Pick<Ecr, 'labels' | 'manifest' | 'manifests' | 'tag'>

const isExpired = (error: unknown): error is Failure => /^ExpiredToken(?:Exception)?$/.test(awsErrorName(error) ?? '')

const CURE =
  "It ended while this step ran. Where the build takes longer than the session lives, give 'assume_role' with 'permissions: { id-token: write, contents: read }', whose sessions this step renews."

/**
 * An ECR for steps that take longer than the session of AWS lives, where nothing can renew that: a login of the
 * registry is good for longer than the session that it came from, and is used for what is left to do.
 *
 * @param open what the registry does with a login
 */
export function withLoginFallback(
  ecr: Ecr,
  open: (login: Authorization) => Manifests,
  notice: (line: string) => void,
  now: () => number = Date.now,
): Ecr {
  let login: Authorization | undefined
  let ended = false

  /** What the login can do instead, once the session has ended; `undefined` where it has ended too. */
  const instead = (error: Failure): Authorization => {
    const left = (login?.expiresAt?.getTime() ?? 0) - now()
    if (login === undefined) throw error
    if (left <= 0) throw new Failure(`${error.message} ${CURE}`, { cause: error.cause })
    if (!ended) notice(`${error.message} ${CURE} Meanwhile the registry's login is used, until it ends as well.`)
    ended = true
    return login
  }

  const either = async <T>(ask: (manifests: Manifests) => Promise<T>): Promise<T> => {
    try {
      return await ask(ecr)
    } catch (error) {
      if (!isExpired(error)) throw error
      return await ask(open(instead(error)))
    }
  }

  return {
    ...ecr,
    async authorization() {
      try {
        login = await ecr.authorization()
        return login
      } catch (error) {
        if (!isExpired(error)) throw error
        return instead(error)
      }
    },
    manifest: (repository, id) => either((manifests) => manifests.manifest(repository, id)),
    manifests: (repository, ids) => either((manifests) => manifests.manifests(repository, ids)),
    labels: (repository, manifest) => either((manifests) => manifests.labels(repository, manifest)),
    tag: (...call) => either((manifests) => manifests.tag(...call)),
  }
}
