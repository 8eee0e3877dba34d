import { type Authorization, awsErrorName, type Ecr, Failure } from '@container-actions/core'

type Manifests = Pick<Ecr, 'labels' | 'manifest' | 'manifests' | 'tag'>

const isExpired = (error: unknown): error is Failure => /^ExpiredToken(?:Exception)?$/.test(awsErrorName(error) ?? '')

const CURE =
  "It expired while this step ran. If the build outlasts the session, use 'assume_role' with 'permissions: { id-token: write, contents: read }', whose sessions this step renews."

/**
 * An ECR for steps that outlast the AWS session, if nothing can renew it: a registry login is valid for longer than the
 * session that it came from, and is used for the remaining work.
 *
 * @param open creates the registry client for a login
 */
export function withLoginFallback(
  ecr: Ecr,
  open: (login: Authorization) => Manifests,
  notice: (line: string) => void,
  now: () => number = Date.now,
): Ecr {
  let login: Authorization | undefined
  let ended = false

  /** The login to use once the session has expired; `undefined` if the login has expired too. */
  const instead = (error: Failure): Authorization => {
    const left = (login?.expiresAt?.getTime() ?? 0) - now()
    if (login === undefined) throw error
    if (left <= 0) throw new Failure(`${error.message} ${CURE}`, { cause: error.cause })
    if (!ended) notice(`${error.message} ${CURE} Until it expires as well, the registry login is used.`)
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
