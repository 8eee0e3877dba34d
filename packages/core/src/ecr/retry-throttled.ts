import { setTimeout as delay } from 'node:timers/promises'
import { awsErrorName } from '../aws/error-name.ts'
import { backoff } from '../base/backoff.ts'
import type { AwsSession } from '../credentials/session.ts'
import type { Job } from '../step/job.ts'

/** How often a throttled call is begun anew after the SDK's own retries, which end within seconds. */
const ROUNDS = 5

/** Before the first new round at most, in milliseconds; twice as long before each further one. */
const PAUSE = 1_000

const THROTTLED: ReadonlySet<string | undefined> = new Set(['ThrottlingException', 'TooManyRequestsException'])

/** The part of a session that calls ECR. */
export type EcrSession = Pick<AwsSession, 'call' | 'ecr' | 'http' | 'mask' | 'region'>

/**
 * The same session for jobs that come in crowds, such as a matrix: what AWS throttles is tried for about a minute, with
 * pauses of random length, so that the jobs spread out. AWS_MAX_ATTEMPTS, where it is set, is the user's own limit.
 */
export function withThrottleRetry(
  session: EcrSession,
  { env, signal, runner }: Pick<Job, 'env' | 'signal' | 'runner'>,
) {
  const { ecr, http, mask, region } = session
  const rounds = env['AWS_MAX_ATTEMPTS'] ? 1 : ROUNDS
  const call: AwsSession['call'] = async (action, send, repository) => {
    for (let round = 1; ; round++) {
      try {
        return await session.call(action, send, repository)
      } catch (error) {
        if (round === rounds || !THROTTLED.has(awsErrorName(error))) throw error
      }
      runner.info(`AWS throttles ${action}; it is tried again.`)
      await delay(backoff(round - 1, { first: PAUSE }), undefined, { signal })
    }
  }
  return { ecr, http, mask, region, call } satisfies EcrSession
}
