import type { Environment } from '../base/environment.ts'
import type { Job } from '../step/job.ts'
import { withVariables } from '../step/job-environment.ts'
import type { Endpoint } from './endpoint.ts'
import { currentUser } from './host-state.ts'
import { resolveEndpoints } from './resolve.ts'

/** State with the URL of a daemon that the docker CLI does not find by itself, for the post step. */
const STATE = 'dockerHost'

/** A job, and what its docker commands are told of the daemon that was found for it. */
export interface DaemonJob {
  readonly job: Job
  /** Points the job's docker commands at a daemon, where they would look at another place. */
  use(endpoint: Endpoint): void
}

const variablesFor = (url: string | undefined): Environment => (url === undefined ? {} : { DOCKER_HOST: url })

/** A job whose docker commands go to the daemon that `use` names, as soon as it does. */
export function daemonJob(given: Job): DaemonJob {
  let found: string | undefined
  return {
    job: withVariables(given, () => variablesFor(found)),
    use({ source, url }) {
      if (source !== 'search' || url === found) return
      found = url
      given.runner.saveState(STATE, url)
      given.runner.info(
        `The docker CLI does not look at ${url} by itself: this step sets DOCKER_HOST for its commands.`,
      )
    },
  }
}

/**
 * In the post step: the job whose docker commands go to the daemon that the main step has used. Nothing but one of the
 * places that are searched is taken from the state.
 */
export function leftDaemonJob(job: Job): Job {
  const url = job.runner.state(STATE)
  if (url === '') return job
  const endpoints = resolveEndpoints({}, job.env, currentUser().uid)
  const isKnown = !('sentence' in endpoints) && endpoints.some((each) => each.source === 'search' && each.url === url)
  return isKnown ? withVariables(job, () => variablesFor(url)) : job
}
