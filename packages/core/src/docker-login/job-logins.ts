import type { Authorization } from '../ecr/authorization.ts'
import type { Job } from '../step/job.ts'
import { savedState } from '../step/saved-state.ts'
import { withoutAuths } from './auth-variable.ts'
import { hasJobLogin, type JobLoginState, logInForJob, logOutOfJob, parseJobLoginState } from './isolated-job-login.ts'
import { logInShared, logOutShared, parseSharedLoginState, type SharedLoginState } from './shared-job-login.ts'

/** Where the logins of a job are stored: in a private configuration, or in that of the user. */
export const LOGIN_KINDS = ['isolated', 'shared'] as const
export type LoginKind = (typeof LOGIN_KINDS)[number]

/** Logs in for the later steps of the job. */
export interface JobLogins {
  /** @returns the folder of the Docker configuration with the logins */
  logIn(logins: ReadonlyMap<string, Authorization>): Promise<string>
}

const STATE = 'dockerLogin'

/**
 * The variable belongs to the job and contains other logins too: changing it for later steps would reveal it in the
 * log.
 */
function warnOfVariable(hosts: readonly string[], { env, runner }: Job): void {
  for (const host of withoutAuths(env['DOCKER_AUTH_CONFIG'] ?? '', hosts).found) {
    runner.warning(
      `The variable DOCKER_AUTH_CONFIG has a login for ${host}, which docker prefers to the one of this step. Remove that host from it.`,
    )
  }
}

/** With `logout`, the post step removes what `logIn` wrote. */
export function jobLogins(kind: LoginKind, { logout }: { logout: boolean }, job: Job): JobLogins {
  const remember = (state: JobLoginState | SharedLoginState) => {
    if (logout) job.runner.saveState(STATE, JSON.stringify(state))
  }
  return {
    async logIn(logins) {
      warnOfVariable([...logins.keys()], job)
      if (kind === 'isolated' || hasJobLogin(job.env)) {
        if (kind === 'shared') job.runner.notice('An earlier login of this job is isolated, so this one joins it.')
        return await logInForJob(logins, job, remember)
      }
      return await logInShared(logins, job, remember)
    },
  }
}

/** In the post step: removes the logins of the main step, however that ended. */
export async function endJobLogins(job: Job): Promise<void> {
  const state = savedState(STATE, (value) => parseJobLoginState(value) ?? parseSharedLoginState(value), job.runner)
  if (state === undefined) return
  if (state.kind === 'isolated') logOutOfJob(state, job)
  else await logOutShared(state, job)
}
