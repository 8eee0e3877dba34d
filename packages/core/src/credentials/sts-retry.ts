import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '../base/backoff.ts'
import { Failure, reason, sentence } from '../base/failure.ts'

const ATTEMPTS = 5

/** Maximum first delay in ms, before jitter; it doubles each time. All delays together: at most 15 s. */
const PAUSE = 1_000

/**
 * Whether STS could not reach the issuer of a token, which happens when many jobs start at the same time. STS reports
 * it under two names, one of which also means an invalid token: aws-actions/configure-aws-credentials#299.
 */
export function isIssuerUnreached(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error
  if (!(cause instanceof Error)) return false
  return (
    /^IDPCommunicationError(?:Exception)?$/.test(cause.name) ||
    (/^InvalidIdentityToken(?:Exception)?$/.test(cause.name) && /retrieve verification key/i.test(cause.message))
  )
}

/**
 * Retries `work` with backoff as long as STS cannot reach the issuer of the token; the SDK itself retries throttling.
 */
export async function retriedSts<T>(
  work: () => Promise<T>,
  { signal, log }: { signal: AbortSignal; log: (line: string) => void },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !isIssuerUnreached(error)) throw error
      const said = sentence(reason(error instanceof Failure ? error.cause : error))
      log(`AWS STS could not ask the issuer of the token, retrying (${attempt} of ${ATTEMPTS - 1}): ${said}`)
    }
    await delay(backoff(attempt - 1, { first: PAUSE }), undefined, { signal })
  }
}
