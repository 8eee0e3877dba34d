import { setTimeout as delay } from 'node:timers/promises'
import { awsErrorName } from '../aws/error-name.ts'
import { backoff } from '../base/backoff.ts'
import type { AwsSession } from '../credentials/session.ts'
import type { Job } from '../step/job.ts'

/** How often a throttled call is retried after the SDK's own retries, which end within seconds. */
const ROUNDS = 5

/** Maximum delay before the first retry, in milliseconds; it doubles each time. */
const PAUSE = 1_000

const THROTTLED: ReadonlySet<string | undefined> = new Set(['ThrottlingException', 'TooManyRequestsException'])

/** The part of a session that calls ECR. */
export type EcrSession = Pick<AwsSession, 'call' | 'ecr' | 'http' | 'mask' | 'region'>

/**
 * The same session for jobs that start in large numbers, such as a matrix: throttled calls are retried for about a
 * minute, with backoff and jitter, so that the jobs spread out. If AWS_MAX_ATTEMPTS is set, it is the user's own limit.
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
      runner.info(`AWS throttled ${action}; retrying.`)
      await delay(backoff(round - 1, { first: PAUSE }), undefined, { signal })
    }
  }
  return { ecr, http, mask, region, call } satisfies EcrSession
}
