import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '../base/backoff.ts'
import { Failure, reason, sentence } from '../base/failure.ts'

const ATTEMPTS = 5

/** The longest that the first pause can be, in ms; it doubles, and chance shortens each. All of them: 15 s at most. */
const PAUSE = 1_000

/**
 * Whether STS could not ask the issuer of a token, which happens when many jobs start at once. It says so under two
 * names, one of which is also that of a token that is wrong: aws-actions/configure-aws-credentials#299.
 */
export function isIssuerUnreached(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error
  if (!(cause instanceof Error)) return false
  return (
    /^IDPCommunicationError(?:Exception)?$/.test(cause.name) ||
    (/^InvalidIdentityToken(?:Exception)?$/.test(cause.name) && /retrieve verification key/i.test(cause.message))
  )
}

/** Does `work` again, with growing pauses, while STS cannot ask the issuer of the token; throttling the SDK itself outlasts. */
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
