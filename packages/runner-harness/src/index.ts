/**
 * Runs actions in tests exactly as the self-hosted runner (actions/runner) runs JavaScript actions:
 *
 *     await using job = await createJob({ machine: { AWS_REGION: 'eu-west-1' } })
 *     const step = await job.run('ecr-push', { with: { repo: 'app' } })
 *     expect(step).toMatchObject({ conclusion: 'success', outputs: { tag: 'latest' } })
 *     await job.post()
 *     expect(leaks(job, [secret])).toEqual([])
 */
import { Job } from './job.ts'
import type { JobOptions } from './job-options.ts'
import { ProcessWatch } from './process-watch.ts'

export type { Job } from './job.ts'
export type { JobOptions, StepOptions } from './job-options.ts'
export { type Leak, leaks } from './leaks.ts'
export type { Annotation } from './log.ts'
export type { Step, StepHandle } from './step.ts'

/**
 * A job on a fresh runner. Processes of its steps are visible only on Linux; elsewhere `argv` and `leftovers` are
 * empty.
 */
export async function createJob(options: JobOptions = {}): Promise<Job> {
  return new Job(options, await ProcessWatch.shared(options.lookEveryMs))
}
