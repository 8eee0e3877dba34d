import { fixture } from './fixture.ts'
import type { Job, Step } from './index.ts'

/** One command of a later step. */
export type Command = readonly [string, ...string[]]

/**
 * Runs commands as a later step of the job, in sequence, with everything that earlier steps exported. The first failure
 * ends the step; their output is in its log.
 */
export function runCommands(job: Job, commands: readonly Command[], input = ''): Promise<Step> {
  const main = `for (const [command, ...args] of ${JSON.stringify(commands)}) {
  const { status, error } = child.spawnSync(command, args, { stdio: ['pipe', 'inherit', 'inherit'], input: ${JSON.stringify(input)} })
  if (error) console.log(error.message)
  if (status !== 0) process.exit(1)
}
`
  return job.run(fixture(job, main))
}
