import { setTimeout as delay } from 'node:timers/promises'
import { backoff, type Docker, denialLine, type Job, PushFailure } from '@container-actions/core'
import { LAYER_CURE } from '../builder/layerless.ts'
import { pushProblem } from './error.ts'

const PAUSES = { first: 2_000, longest: 60_000 }

export interface RetryOptions {
  /** Retries after a transient push failure. */
  readonly retries: number
  /** Gets a new registry login. */
  renew(): Promise<unknown>
  /** Explains why the registry rejected a push without a reason; `undefined` if it cannot. */
  explain(reference: string): Promise<string | undefined>
  /** Called with the reason for each retry. */
  noted?(why: string): void
  /** Waits for a number of milliseconds. */
  pause?(milliseconds: number): Promise<unknown>
}

/** A push that retries transient failures, renews the login once, and finds the reason if the registry gives none. */
export function pushWithRetry(docker: Pick<Docker, 'push'>, options: RetryOptions, job: Job): Docker['push'] {
  const pause = options.pause ?? ((milliseconds: number) => delay(milliseconds, undefined, { signal: job.signal }))
  return async (reference, login) => {
    let renewed = false
    for (let retry = 0; ; ) {
      try {
        return await docker.push(reference, login)
      } catch (error) {
        if (!(error instanceof PushFailure)) throw error
        const problem = pushProblem(error.said)
        if (problem === 'final') throw explained(error)
        if (problem === 'transient') {
          if (retry === options.retries) throw afterRetries(error, retry)
          const wait = backoff(retry, PAUSES)
          retry++
          options.noted?.(error.message)
          job.runner.info(`${error.message} Retrying (${retry} of ${options.retries}).`)
          await pause(wait)
        } else if (!renewed) {
          renewed = true
          options.noted?.(error.message)
          job.runner.info(`${error.message} Retrying with a new login.`)
          await options.renew()
        } else {
          const more = problem === 'expired' ? STILL_EXPIRED : await options.explain(reference)
          throw new PushFailure(reference, error.said, more ?? '')
        }
      }
    }
  }
}

const STILL_EXPIRED =
  'The login had just been renewed, so the AWS session behind it may have expired. Get new credentials before this step.'

/** Adds what to change to ECR's own message: for denials, the same as for API calls. */
function explained(error: PushFailure): PushFailure {
  if (error.said.includes('at least 1 layer')) return new PushFailure(error.reference, error.said, LAYER_CURE)
  const [denial] = /\bUser: \S+ is not authorized to perform: .*/.exec(error.said) ?? []
  return denial === undefined ? error : new PushFailure(error.reference, denialLine(denial, { action: 'ecr:PutImage' }))
}

const afterRetries = ({ reference, said }: PushFailure, retries: number): PushFailure =>
  new PushFailure(
    reference,
    said,
    retries === 0 ? '' : `It was retried ${retries === 1 ? 'once' : `${retries} times`}.`,
  )
