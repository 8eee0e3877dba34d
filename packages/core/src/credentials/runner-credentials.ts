import { setTimeout as delay } from 'node:timers/promises'
import type { CredentialProvider, Credentials } from '../aws/credential-provider.ts'
import { awsFailure } from '../aws/failure.ts'
import { readAwsFiles } from '../aws/files.ts'
import type { Environment } from '../base/environment.ts'
import { Failure, reason } from '../base/failure.ts'
import { withRequests } from '../http/library-requests.ts'
import { machineRole } from './machine-source.ts'
import { containerEndpoint, webIdentity } from './pod-sources.ts'
import { defaultProfile, namedProfile } from './profile-source.ts'
import { brokenSource, type RunnerSource, type SourceOptions } from './runner-source.ts'

/** Timeout of one source, in ms: a program may use single sign-on, and a role may need two calls. */
export const SOURCE_LIMIT = 20_000

export interface RunnerOptions extends SourceOptions {
  /** The role to assume with the credentials. */
  readonly role: string | undefined
}

/**
 * The single source that is configured on the runner, in order: a profile in the environment, a web identity, the
 * default profile, the endpoint of a container; the instance role only if nothing is configured. The SDK's own chain
 * would fall through from a failing source to the next, and so to a different identity than intended.
 */
export function runnerSource(env: Environment, options: RunnerOptions): RunnerSource {
  const files = readAwsFiles(env)
  // Many set only the ARN of a role, and mean 'assume_role'.
  const isWebIdentity = options.role === undefined || Boolean(env['AWS_WEB_IDENTITY_TOKEN_FILE'])
  return (
    namedProfile(env, files, options) ??
    (isWebIdentity ? webIdentity(env, options) : undefined) ??
    defaultProfile(env, files, options) ??
    containerEndpoint(env, options) ??
    machineRole(env, options)
  )
}

/** Error names of the SDK's credential readers, and of Node's system errors. */
const isWords = (error: unknown): boolean =>
  error instanceof Error &&
  (/ProviderError$/.test(error.name) || 'syscall' in error || /^(?:Error|SyntaxError|TypeError)$/.test(error.name))

function failure(error: unknown, source: RunnerSource, region: string): Failure {
  if (source.named.by === 'nothing names' && error instanceof Failure) return error
  if (error instanceof Failure || isWords(error)) return brokenSource(source, reason(error), error)
  const { message } = awsFailure(error, { action: 'sts:AssumeRole', region, source: source.name })
  return brokenSource(source, message, error)
}

/** The runner's credentials: its files, a web identity, the endpoint of a container, the instance role. */
export function runnerCredentials(env: Environment, options: RunnerOptions): CredentialProvider {
  const { region, signal, limit } = options
  let source: RunnerSource | undefined
  const tooLong = async (ended: AbortSignal): Promise<never> => {
    await delay(limit, undefined, { signal: ended, ref: false })
    throw new Failure(`nothing came within ${limit / 1_000} s`)
  }
  return {
    get name() {
      return source?.name ?? 'the runner'
    },
    async get() {
      source ??= runnerSource(env, options)
      const current = source
      const done = new AbortController()
      const { result, end } = withRequests(() => current.get())
      try {
        const late = tooLong(AbortSignal.any([signal, done.signal]))
        late.catch(() => undefined)
        return (await Promise.race([result, late])) as Credentials
      } catch (error) {
        signal.throwIfAborted()
        throw failure(error, current, region)
      } finally {
        done.abort()
        end()
      }
    },
  }
}
