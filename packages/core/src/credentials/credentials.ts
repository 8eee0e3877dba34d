import { type CachedProvider, type CredentialProvider, type Credentials, cached } from '../aws/credential-provider.ts'
import type { AwsHttp } from '../aws/http.ts'
import { sessionNameOf } from '../aws/role.ts'
import type { AwsSettings } from '../aws/settings.ts'
import type { Sts } from '../aws/sts.ts'
import { Failure, sentence } from '../base/failure.ts'
import type { Job } from '../step/job.ts'
import { roleWithKeys, roleWithToken } from './assume-role.ts'
import { checkKeys, givenKeys } from './given-keys.ts'
import { gitHubTokens } from './oidc.ts'
import { type RoleChoice, roleChoice } from './role-choice.ts'
import { runnerCredentials, SOURCE_LIMIT } from './runner-credentials.ts'
import { retriedSts } from './sts-retry.ts'

/** Masks everything that a source returns before anything else can use it. */
function checked(source: CredentialProvider, mask: (secret: string) => void): CredentialProvider {
  return {
    get name() {
      return source.name
    },
    async get(): Promise<Credentials> {
      const credentials = await source.get()
      for (const secret of [credentials.secretAccessKey, credentials.sessionToken]) if (secret) mask(secret)
      checkKeys(credentials, source.name)
      return credentials
    },
  }
}

/** Sources may call STS with a token, from GitHub or from a pod. */
function retried(source: CredentialProvider, { signal, runner }: Job): CredentialProvider {
  return {
    get name() {
      return source.name
    },
    get: () => retriedSts(() => source.get(), { signal, log: runner.info }),
  }
}

/** Logs the choice once, and adds the alternative to a failure. */
function chosen(
  source: CredentialProvider,
  { why, other }: RoleChoice,
  log: (line: string) => void,
): CredentialProvider {
  let line = why
  return {
    get name() {
      return source.name
    },
    async get() {
      if (line !== undefined) log(`role_source is auto: the role is assumed ${line}.`)
      line = undefined
      try {
        return await source.get()
      } catch (error) {
        if (!(error instanceof Failure) || other === undefined) throw error
        throw new Failure(`${sentence(error.message)} ${other}`, { cause: error.cause })
      }
    },
  }
}

/**
 * The single source that a step uses: keys from the inputs, otherwise from the environment, otherwise what is
 * configured on the runner. A role is assumed with it, or with GitHub's token. Keys are renewed before they expire.
 */
export function awsCredentials(
  settings: AwsSettings,
  { sts, http }: { sts: Sts; http: AwsHttp },
  job: Job,
): CachedProvider {
  const { env, signal } = job
  const { mask, debug, info } = job.runner
  const { region, role, accountId } = settings
  const sessionName = sessionNameOf(env['GITHUB_REPOSITORY'] ?? '', env['GITHUB_RUN_ID'] ?? '')
  const kept = (source: CredentialProvider) => cached(checked(source, mask))
  const runner = { region, role: role?.role, http, sts, sessionName, signal, debug, limit: SOURCE_LIMIT }
  const own = () => givenKeys(settings.keys, env) ?? retried(runnerCredentials(env, runner), job)
  if (role === undefined) return kept(own())
  const options = { sts, region, accountId, mask, signal }
  const choice = roleChoice(role, settings, env)
  const source =
    choice.with === 'oidc'
      ? retried(roleWithToken(role, gitHubTokens(env, role.oidcAudience, http, signal), options), job)
      : roleWithKeys(role, kept(own()), options)
  return kept(chosen(source, choice, info))
}
