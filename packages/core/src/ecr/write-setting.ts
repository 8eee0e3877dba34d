import { isUnanswered } from '../aws/failure.ts'
import { Failure, notKnown, sentence } from '../base/failure.ts'
import type { Job } from '../step/job.ts'

/**
 * Changes a setting of a repository, described in a few words: `the policy of repository x was set`. If AWS did not
 * respond, it may have made the change nevertheless, and the failure says so.
 */
export async function writeSetting<T>(what: string, write: () => Promise<T>, job: Job): Promise<T> {
  try {
    return await job.changing(what, write)
  } catch (error) {
    if (job.signal.aborted || !(error instanceof Failure) || !isUnanswered(error.cause)) throw error
    throw new Failure(`${sentence(error.message)} ${notKnown(what)}`, { cause: error.cause })
  }
}
