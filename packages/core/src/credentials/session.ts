import type { ECR } from '@aws-sdk/client-ecr'
import type { AwsCall } from '../aws/call.ts'
import type { CachedProvider, Identity } from '../aws/credential-provider.ts'
import { awsFailure } from '../aws/failure.ts'
import { type AwsHttp, awsHttp } from '../aws/http.ts'
import type { AwsKeys, AwsSettings } from '../aws/settings.ts'
import { type Sts, stsOf } from '../aws/sts.ts'
import { homeFolder } from '../base/environment.ts'
import { proxyPasswords, proxyVariables } from '../http/proxy.ts'
import type { Job } from '../step/job.ts'
import { awsCredentials } from './credentials.ts'
import { identify } from './identity.ts'

/** AWS clients of one identity in one region. */
export interface AwsSession {
  readonly region: string
  /** Where the credentials come from, in words; exact after the first call. */
  readonly source: string
  /** The SDK's client, which is loaded when it is first asked for. */
  ecr(): Promise<ECR>
  /**
   * Runs one call of an SDK client; an error becomes a `Failure` about `action`. The first call waits for the
   * credentials, and for the check of their account where the session has one.
   */
  call<T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>, repository?: string): Promise<T>
  /** Masks what a call brought. */
  readonly mask: (secret: string) => void
  /** Who AWS says we are; asked once and told in the log. Needs no permission. */
  identity(): Promise<Identity>
  /** The keys for a request that is signed by hand; renewed where they would end soon. */
  keys(): Promise<AwsKeys>
  /** Connections for such a request. */
  readonly http: AwsHttp
  /** The same identity in another region. */
  in(region: string): AwsSession
}

/** How often a call is tried that AWS throttles or does not answer, with growing pauses that chance shortens. */
const MAX_ATTEMPTS = 5

/** For a question whose answer a step can do without. */
const IDENTITY_ATTEMPTS = 3
const IDENTITY_LIMITS = { connect: 2_000, total: 10_000 }

/** What all regions of a session share. */
interface Shared {
  readonly provider: CachedProvider
  readonly http: AwsHttp
  readonly maxAttempts: number | undefined
  /** Asks once. */
  identity(): Promise<Identity>
  readonly hasGuard: boolean
}

/** Masks everything secret that is known before any call. */
function maskGiven({ keys }: AwsSettings, job: Job, proxies: readonly string[]): void {
  const own = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  const secrets = [keys?.secretAccessKey, keys?.sessionToken, ...own.map((name) => job.env[name]), ...proxies]
  for (const secret of secrets) if (secret) job.runner.mask(secret)
}

function identityOf(provider: CachedProvider, sts: Sts, region: string, expected: string | undefined, job: Job) {
  let asked: Promise<Identity> | undefined
  const ask = async () => {
    const credentials = await provider.get()
    const call: AwsCall = { action: 'sts:GetCallerIdentity', region, source: provider.name }
    return identify(credentials, { ask: sts.callerIdentity, call, expected, log: job.runner.info, signal: job.signal })
  }
  return () => {
    asked ??= ask().catch((error) => {
      job.signal.throwIfAborted()
      throw error
    })
    return asked
  }
}

function sessionIn(region: string, shared: Shared, job: Job): AwsSession {
  const { provider, http, maxAttempts } = shared
  // The SDK would keep a copy of its own, and could not be told that the keys were renewed.
  const credentials = Object.assign(() => provider.get(), { memoized: true })
  const open = async () => {
    const { ECR } = await import('../aws/sdk.ts')
    return new ECR({
      ...{ region, credentials, requestHandler: http },
      ...(maxAttempts === undefined ? {} : { maxAttempts }),
    })
  }
  let ecr: Promise<ECR> | undefined
  return {
    region,
    http,
    ecr() {
      ecr ??= open()
      return ecr
    },
    get source() {
      return provider.name
    },
    mask: job.runner.mask,
    keys: () => provider.get(),
    identity: shared.identity,
    in: (other) => sessionIn(other, shared, job),
    async call(action, send, repository) {
      const options = { abortSignal: job.signal }
      try {
        // Outside of the SDK, which would try again what has its own retries.
        await provider.get()
        if (shared.hasGuard) await shared.identity()
        return await send(options).catch((error) => {
          if (!isExpired(error) || !provider.forget()) throw error
          return send(options)
        })
      } catch (error) {
        job.signal.throwIfAborted()
        throw awsFailure(error, {
          action,
          region,
          source: provider.name,
          ...(repository === undefined ? {} : { repository }),
        })
      }
    },
  }
}

const isExpired = (error: unknown): boolean => error instanceof Error && /^ExpiredToken(Exception)?$/.test(error.name)

/**
 * Opens a session; all secrets that are known are masked before anything uses them. With `expectedAccount`, no call is
 * made before AWS has said that the identity belongs to that account.
 */
export function awsSession(
  settings: AwsSettings,
  job: Job,
  { expectedAccount }: { expectedAccount?: string | undefined } = {},
): AwsSession {
  const proxies = proxyVariables(job.env)
  maskGiven(settings, job, proxyPasswords(proxies))
  const http = awsHttp(proxies)
  const { region } = settings
  const { signal, env } = job
  // The SDK looks for its files there before every call, and would name a failure of the system.
  homeFolder(env)
  // The SDK reads that variable itself where no number is given.
  const maxAttempts = env['AWS_MAX_ATTEMPTS'] ? undefined : MAX_ATTEMPTS
  const sts = stsOf({ region, http, maxAttempts, signal })
  const hasty = http.within(IDENTITY_LIMITS)
  const quick = stsOf({ region, http: hasty, maxAttempts: maxAttempts && IDENTITY_ATTEMPTS, signal })
  const provider = awsCredentials(settings, { sts, http }, job)
  const identity = identityOf(provider, expectedAccount === undefined ? quick : sts, region, expectedAccount, job)
  return sessionIn(region, { provider, http, maxAttempts, identity, hasGuard: expectedAccount !== undefined }, job)
}
