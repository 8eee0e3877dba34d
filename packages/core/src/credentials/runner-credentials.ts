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

/** How long one source may take, in ms: a program may ask a person's single sign-on, a role may need two calls. */
export const SOURCE_LIMIT = 20_000

export interface RunnerOptions extends SourceOptions {
  /** The role that is to be assumed with what is found. */
  readonly role: string | undefined
}

/**
 * The one source that the runner names, nearest first: a profile in the environment, a web identity, the default profile,
 * the endpoint of a container; the machine's role only where nothing is named. The SDK's own chain would go on from one
 * that does not work to the next, and so to another identity than the one that was meant.
 */
export function runnerSource(env: Environment, options: RunnerOptions): RunnerSource {
  const files = readAwsFiles(env)
  // A role's ARN alone is what many give to 'assume_role'.
  const isWebIdentity = options.role === undefined || Boolean(env['AWS_WEB_IDENTITY_TOKEN_FILE'])
  return (
    namedProfile(env, files, options) ??
    (isWebIdentity ? webIdentity(env, options) : undefined) ??
    defaultProfile(env, files, options) ??
    containerEndpoint(env, options) ??
    machineRole(env, options)
  )
}

/** Names that the SDK gives to what its readers of credentials say, and Node to the system's errors. */
const isWords = (error: unknown): boolean =>
  error instanceof Error &&
  (/ProviderError$/.test(error.name) || 'syscall' in error || /^(?:Error|SyntaxError|TypeError)$/.test(error.name))

function failure(error: unknown, source: RunnerSource, region: string): Failure {
  if (source.named.by === 'nothing names' && error instanceof Failure) return error
  if (error instanceof Failure || isWords(error)) return brokenSource(source, reason(error), error)
  const { message } = awsFailure(error, { action: 'sts:AssumeRole', region, source: source.name })
  return brokenSource(source, message, error)
}

/** What the runner has: its files, a web identity, the endpoint of a container, the machine's role. */
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
