import type { Environment } from '../base/environment.ts'
import { type Job, jobWith } from './job.ts'

/** The job with more variables, for its own code and for its commands. They are asked for anew each time. */
export const withVariables = (job: Job, variables: () => Environment): Job =>
  jobWith(job, {
    env: () => ({ ...job.env, ...variables() }),
    exec: {
      run: (command, args, options) =>
        job.exec.run(command, args, { ...options, env: { ...variables(), ...options?.env } }),
    },
  })
