import type { CredentialProvider, Credentials } from '../aws/credential-provider.ts'
import type { AwsKeys } from '../aws/settings.ts'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'

const [ID, SECRET, TOKEN] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const

/** The variables that contain keys. If any of them is set, keys are used, even if the others are missing. */
export const KEY_VARIABLES = [ID, SECRET, TOKEN] as const

const ENVIRONMENT = `the environment variables ${ID} and ${SECRET}`
const INPUTS = "the inputs 'access_key_id' and 'secret_access_key'"

/** Usually a temporary key whose session token is missing. */
function halfGiven(env: Environment): Failure {
  const given = KEY_VARIABLES.filter((name) => env[name])
  const missing = [ID, SECRET].filter((name) => !env[name])
  const are = (names: readonly string[]) => `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`
  return new Failure(
    `The AWS keys in the environment are not whole: ${are(given)} set, and ${are(missing)} empty. No other source is tried: set ${missing.join(' and ')} (if one is empty, its secret may have another name), or unset ${given.join(' and ')}.`,
  )
}

/** Keys from the environment; `undefined` if none of their variables is set. */
function environmentKeys(env: Environment): CredentialProvider | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = KEY_VARIABLES.map((name) => env[name])
  if (!accessKeyId && !secretAccessKey && !sessionToken) return undefined
  return {
    name: ENVIRONMENT,
    async get() {
      if (!accessKeyId || !secretAccessKey) throw halfGiven(env)
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
    },
  }
}

/** Keys from the inputs; if they equal those in the environment, as with `${{ env.… }}`, its session token applies. */
function inputKeys(keys: AwsKeys, env: Environment): CredentialProvider {
  const isEnvironment = keys.accessKeyId === env[ID] && keys.secretAccessKey === env[SECRET]
  const sessionToken = keys.sessionToken ?? (isEnvironment ? env[TOKEN] : undefined)
  return { name: INPUTS, get: async () => ({ ...keys, ...(sessionToken ? { sessionToken } : {}) }) }
}

/** Explicit keys: in the inputs, otherwise in the environment of the runner or the job. */
export const givenKeys = (keys: AwsKeys | undefined, env: Environment): CredentialProvider | undefined =>
  keys === undefined ? environmentKeys(env) : inputKeys(keys, env)

/**
 * Validates keys before their first use: with a key that cannot be sent, the SDK would block the step for half a
 * minute, and for a temporary key without its token, AWS only reports an unknown key.
 */
export function checkKeys({ accessKeyId, secretAccessKey, sessionToken = '' }: Credentials, source: string): void {
  const keys = { 'access key id': accessKeyId, 'secret access key': secretAccessKey, 'session token': sessionToken }
  const [wrong] = Object.entries(keys).find(([, key]) => !/^[\x21-\x7e]*$/.test(key)) ?? []
  if (wrong !== undefined) {
    throw new Failure(
      `The ${wrong} from ${source} contains a character that is not valid in a key, such as a space or a newline. Check how it was stored.`,
    )
  }
  if (!accessKeyId.startsWith('ASIA') || sessionToken !== '') return
  const where = source === INPUTS ? "'session_token'" : source === ENVIRONMENT ? TOKEN : 'it beside the key'
  throw new Failure(
    `The access key id from ${source} begins with ASIA: it is a temporary key, which requires its session token, but there is none. Set ${where}.`,
  )
}
