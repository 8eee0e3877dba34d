import { setTimeout as delay } from 'node:timers/promises'
import { awsFailure } from './aws-failure.ts'
import type { AwsHttp } from './aws-http.ts'
import type { Environment } from './environment.ts'
import { Failure, reason } from './failure.ts'
import type { Grant, GrantSource } from './grant.ts'
import { ID_TOKEN_PERMISSION } from './oidc.ts'

/**
 * How long the runner's own sources may take together, in ms. The SDK gives a metadata service a second for each of its
 * few requests, but waits without end for the endpoint of a container that takes a connection and does not answer.
 */
const LIMIT = 20_000

/** How the SDK marks keys, by `$source`, and what that means: @aws-sdk/types, feature-ids. */
const SOURCES: readonly [mark: RegExp, name: (env: Environment) => string][] = [
  [
    /^CREDENTIALS_(PROFILE|SSO|LOGIN|PROCESS)/,
    (env) => `the profile '${env['AWS_PROFILE'] || 'default'}' of the AWS files`,
  ],
  [/^CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN$/, () => 'the web identity token in AWS_WEB_IDENTITY_TOKEN_FILE'],
  [/^CREDENTIALS_HTTP$/, () => 'the credentials endpoint of the container'],
]

const hasContainer = (env: Environment): boolean =>
  Boolean(env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'])

/** Where the SDK found keys, in words. Only the endpoints of containers and machines leave no mark. */
function nameOf(marks: readonly string[], env: Environment): string {
  const found = SOURCES.find(([mark]) => marks.some((each) => mark.test(each)))
  if (found !== undefined) return found[1](env)
  return hasContainer(env) ? 'the credentials endpoint of the container' : 'the role of the machine (instance metadata)'
}

/** One of the two variables without the other is mostly a secret that has another name, and is empty. */
function half(env: Environment): string {
  const [id, secret] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']].map(Boolean)
  if (id === secret) return ''
  return id ? ' (AWS_SECRET_ACCESS_KEY is empty)' : ' (AWS_ACCESS_KEY_ID is empty)'
}

/** What to do where nothing on the runner has keys. */
function nothing(env: Environment, role: string | undefined): Failure {
  const profile = env['AWS_PROFILE'] ? ` (AWS_PROFILE is '${env['AWS_PROFILE']}')` : ''
  const service = hasContainer(env) ? 'the credentials endpoint of the container' : 'metadata service'
  const missing = `there are no key inputs, and the runner's environment${half(env)}, files${profile} and ${service} have none`
  return new Failure(
    role === undefined
      ? `No AWS credentials: ${missing}. Give 'access_key_id' and 'secret_access_key', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY on the runner.`
      : `No AWS credentials to assume role '${role}' with: ${missing}, and the job may not ask GitHub for an OIDC token. Add to the job: ${ID_TOKEN_PERMISSION}.`,
  )
}

const unreadable = (error: Error): Failure =>
  new Failure(`The AWS credentials of the runner cannot be loaded: ${reason(error)}`, { cause: error })

function failure(error: unknown, env: Environment, region: string, role: string | undefined): Failure {
  if (error instanceof Error && /ProviderError$/.test(error.name)) {
    if (/from any providers$/.test(error.message)) return nothing(env, role)
    return unreadable(error)
  }
  if (error instanceof Error && 'syscall' in error && error.syscall === 'open') return unreadable(error)
  const action = env['AWS_WEB_IDENTITY_TOKEN_FILE'] ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole'
  return awsFailure(error, { action, region, source: "the runner's own configuration" })
}

export interface DefaultOptions {
  readonly region: string
  /** The role that is to be assumed with what is found, for the line where nothing is. */
  readonly role: string | undefined
  readonly http: AwsHttp
  readonly signal: AbortSignal
  /** Gets what each place says that has no keys. */
  readonly debug: (line: string) => void
  /** In ms. */
  readonly limit?: number
}

/** What the SDK finds on the runner: files, a web identity, the endpoint of a container, the machine's role. */
export function defaultCredentials(
  env: Environment,
  { region, role, http, signal, debug, limit = LIMIT }: DefaultOptions,
): GrantSource {
  const quiet = () => undefined
  const open = async () => {
    const { defaultProvider } = await import('./aws-sdk.ts')
    return defaultProvider({
      clientConfig: { region, requestHandler: http },
      logger: { debug: (...said) => debug(said.join(' ')), info: quiet, warn: quiet, error: quiet },
    })
  }
  let provider: ReturnType<typeof open> | undefined
  let name = "the SDK's default chain"
  const tooLong = async (): Promise<never> => {
    await delay(limit, undefined, { signal, ref: false })
    const where = hasContainer(env) ? ' from the credentials endpoint of the container' : ''
    throw new Failure(
      `The AWS credentials of the runner did not come within ${limit / 1_000} s${where}. Mend that, or give keys.`,
    )
  }
  return {
    get name() {
      return name
    },
    async get() {
      try {
        provider ??= open()
        const keys: Grant & { readonly $source?: object } = await Promise.race([(await provider)(), tooLong()])
        name = nameOf(Object.keys(keys.$source ?? {}), env)
        return keys
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof Failure ? error : failure(error, env, region, role)
      }
    },
  }
}
