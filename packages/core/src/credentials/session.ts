import type { ECR } from '../aws/aws-sdk.ts'
import type { AwsCall } from '../aws/call.ts'
import type { CachedProvider, Identity } from '../aws/credential-provider.ts'
import { awsFailure } from '../aws/failure.ts'
import { type AwsHttp, awsHttp } from '../aws/http.ts'
import { loadSdk } from '../aws/load-sdk.ts'
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
  /** Source of the credentials, for display; exact after the first call. */
  readonly source: string
  /** The SDK's client, which is loaded on first use. */
  ecr(): Promise<ECR>
  /**
   * Runs one call of an SDK client; converts an error to a `Failure` about `action`. The first call waits for the
   * credentials, and for the check of their account if the session has one.
   */
  call<T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>, repository?: string): Promise<T>
  /** Masks secrets in the result of a call. */
  readonly mask: (secret: string) => void
  /** The identity according to AWS; queried once and logged. Requires no permission. */
  identity(): Promise<Identity>
  /** Keys for a manually signed request; renewed if they expire soon. */
  keys(): Promise<AwsKeys>
  /** Connections for such a request. */
  readonly http: AwsHttp
  /** The same identity in another region. */
  in(region: string): AwsSession
}

/** Attempts per call, with exponential backoff and jitter. */
const MAX_ATTEMPTS = 5

/** Attempts for a query whose result is optional. */
const IDENTITY_ATTEMPTS = 3
const IDENTITY_LIMITS = { connect: 2_000, total: 10_000 }

/** State shared by all regions of a session. */
interface Shared {
  readonly provider: CachedProvider
  readonly http: AwsHttp
  readonly maxAttempts: number | undefined
  /** Queried once. */
  identity(): Promise<Identity>
  readonly hasGuard: boolean
}

/** Masks all secrets that are known before the first call. */
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
  // The SDK would otherwise cache a copy, and miss that the keys were renewed.
  const credentials = Object.assign(() => provider.get(), { memoized: true })
  const open = async () => {
    const { ECR } = await loadSdk()
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
        // Outside the SDK, which would retry what already has its own retries.
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
 * Opens a session; all known secrets are masked before they are used. With `expectedAccount`, no call is made before
 * AWS has confirmed that the identity belongs to that account.
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
  // The SDK looks for its files there before every call, and would report a failure of the system.
  homeFolder(env)
  // The SDK reads that variable itself if no number is given.
  const maxAttempts = env['AWS_MAX_ATTEMPTS'] ? undefined : MAX_ATTEMPTS
  const sts = stsOf({ region, http, maxAttempts, signal })
  const hasty = http.within(IDENTITY_LIMITS)
  const quick = stsOf({ region, http: hasty, maxAttempts: maxAttempts && IDENTITY_ATTEMPTS, signal })
  const provider = awsCredentials(settings, { sts, http }, job)
  const identity = identityOf(provider, expectedAccount === undefined ? quick : sts, region, expectedAccount, job)
  return sessionIn(region, { provider, http, maxAttempts, identity, hasGuard: expectedAccount !== undefined }, job)
}
