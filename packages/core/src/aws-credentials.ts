import { roleWithKeys, roleWithToken } from './assume-role.ts'
import type { AwsHttp } from './aws-http.ts'
import type { AwsKeys, AwsSettings } from './aws-settings.ts'
import { defaultCredentials } from './default-credentials.ts'
import type { Environment } from './environment.ts'
import { Failure } from './failure.ts'
import { fixed, type Grant, type GrantSource, type KeptGrants, keep } from './grant.ts'
import type { Job } from './job.ts'
import { oidcToken, tokenRequest } from './oidc.ts'
import type { Sts } from './sts.ts'

function environmentKeys(env: Environment): AwsKeys | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  const sessionToken = env['AWS_SESSION_TOKEN']
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/** Keys that lie open: in the inputs, or else in the environment of the runner or the job. */
function givenKeys({ keys }: AwsSettings, env: Environment): GrantSource | undefined {
  if (keys !== undefined) return fixed("the inputs 'access_key_id' and 'secret_access_key'", keys)
  const own = environmentKeys(env)
  return own && fixed('the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', own)
}

/** No key has other characters; the SDK would hold the step for half a minute with one that cannot be sent. */
function checkCharacters({ accessKeyId, secretAccessKey, sessionToken = '' }: Grant, source: string): void {
  const keys = { 'access key id': accessKeyId, 'secret access key': secretAccessKey, 'session token': sessionToken }
  const [wrong] = Object.entries(keys).find(([, key]) => !/^[\x21-\x7e]*$/.test(key)) ?? []
  if (wrong === undefined) return
  throw new Failure(
    `The ${wrong} from ${source} has a character that no key has, such as a space or a line end. Check how it was stored.`,
  )
}

/** Everything that a source gives is masked before anyone else has it. */
function masked(source: GrantSource, mask: (secret: string) => void): GrantSource {
  return {
    get name() {
      return source.name
    },
    async get(): Promise<Grant> {
      const grant = await source.get()
      for (const secret of [grant.secretAccessKey, grant.sessionToken]) if (secret) mask(secret)
      checkCharacters(grant, source.name)
      return grant
    },
  }
}

/**
 * The one source that a step uses. Keys of the inputs come before those of the environment; a role is assumed on top of
 * whatever there is; where there are no keys and the job may ask GitHub for a token, the role is assumed with that; all
 * else is left to the SDK. Keys are renewed before they end.
 */
export function awsCredentials(
  settings: AwsSettings,
  { sts, http }: { sts: Sts; http: AwsHttp },
  job: Job,
): KeptGrants {
  const { env, signal } = job
  const { mask, debug } = job.runner
  const { region, role, accountId } = settings
  const options = { sts, region, accountId, mask, signal }
  const given = givenKeys(settings, env)
  const request = tokenRequest(env)
  const own = () => given ?? defaultCredentials(env, { region, role: role?.role, http, signal, debug })
  const kept = (source: GrantSource) => keep(masked(source, mask))
  if (role === undefined) return kept(own())
  if (given === undefined && request !== undefined) {
    return kept(roleWithToken(role, () => oidcToken(request, role.oidcAudience, http, signal), options))
  }
  return kept(roleWithKeys(role, kept(own()), options))
}
