import { ECRClient } from '@aws-sdk/client-ecr'
import { type AwsCall, awsFailure } from './aws-failure.ts'
import type { AwsSettings } from './aws-settings.ts'
import type { Job } from './job.ts'

/** Who AWS says we are. */
export interface Identity {
  readonly account: string
  readonly arn: string
}

/** AWS clients of one identity in one region. */
export interface AwsSession {
  readonly region: string
  /** Where the credentials come from, in words. */
  readonly source: string
  readonly ecr: ECRClient
  /** Runs one call of an SDK client; an error becomes a `Failure` about `action`. */
  call<T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>, repository?: string): Promise<T>
  /** Masks what a call brought. */
  readonly mask: (secret: string) => void
  /** Asks STS who we are; needs no permission. */
  identity(): Promise<Identity>
}

/** Long enough for a slow proxy, short enough for a job: connect and answer, in milliseconds. */
const HANDLER = { connectionTimeout: 5_000, requestTimeout: 30_000 } as const

const MAX_ATTEMPTS = 5

function source(settings: AwsSettings, job: Job): string {
  if (settings.keys !== undefined) return "the inputs 'access_key_id' and 'secret_access_key'"
  if (job.env['AWS_ACCESS_KEY_ID']) return 'the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  return "the SDK's default chain"
}

/** Opens a session; all secrets that are known are masked before anything uses them. */
export function awsSession(settings: AwsSettings, job: Job): AwsSession {
  const secrets = [
    settings.keys?.secretAccessKey,
    settings.keys?.sessionToken,
    job.env['AWS_SECRET_ACCESS_KEY'],
    job.env['AWS_SESSION_TOKEN'],
  ]
  for (const secret of secrets) if (secret) job.runner.mask(secret)
  const config = { region: settings.region, maxAttempts: MAX_ATTEMPTS, requestHandler: HANDLER }
  const ecr = new ECRClient({ ...config, ...(settings.keys === undefined ? {} : { credentials: settings.keys }) })
  const origin = source(settings, job)
  const session: AwsSession = {
    region: settings.region,
    source: origin,
    ecr,
    mask: job.runner.mask,
    async call(action, send, repository) {
      const about: AwsCall = {
        action,
        region: settings.region,
        source: origin,
        ...(repository === undefined ? {} : { repository }),
      }
      try {
        return await send({ abortSignal: job.signal })
      } catch (error) {
        job.signal.throwIfAborted()
        throw awsFailure(error, about)
      }
    },
    async identity() {
      const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
      const sts = new STSClient({ ...config, credentials: ecr.config.credentials })
      const answer = await session.call('sts:GetCallerIdentity', (options) =>
        sts.send(new GetCallerIdentityCommand({}), options),
      )
      return { account: answer.Account ?? '', arn: answer.Arn ?? '' }
    },
  }
  return session
}
