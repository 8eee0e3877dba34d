import { watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Job, Step, StepOptions } from '../../../packages/runner-harness/src/index.ts'

/** When a step is killed: so many milliseconds after its start, after it first wrote to a file of the runner, or after a line of its log. */
export interface KillMoment {
  readonly after: number
  readonly from: 'start' | 'writing' | RegExp
}

/** How long after a line, in ms. */
const SOON = 200

/** Moments from the start to after the end of a step that lasts so long, moments while it writes, and moments after a line. */
export function killMoments(
  durationMs: number,
  count: { readonly any: number; readonly writing: number; readonly after?: readonly RegExp[] },
): KillMoment[] {
  return [
    ...Array.from({ length: count.any }, () => ({ after: Math.random() * durationMs * 1.1, from: 'start' as const })),
    ...Array.from({ length: count.writing }, (_, number) => ({
      after: (12 * number) / count.writing,
      from: 'writing' as const,
    })),
    ...(count.after ?? []).map((from) => ({ after: Math.random() * SOON, from })),
  ]
}

/** Runs a step and kills it, so that nothing of it can clean up, unless it ends before that. */
export async function killedAt(moment: KillMoment, job: Job, action: string, options: StepOptions): Promise<Step> {
  const handle = job.start(action, options)
  // Before a step writes anything of its own, it tells the runner what to remove.
  if (moment.from === 'writing') {
    await Promise.race([firstChange(join(job.folders.temp, '_runner_file_commands')), handle.result])
  } else if (moment.from !== 'start') await handle.waitForLog(moment.from)
  await delay(moment.after)
  handle.signal('SIGKILL')
  return handle.result
}

/** How many steps are killed at a time: they wait more than they work. */
const AT_ONCE = 4

/** Does `round` for each moment, a few of them side by side. */
export async function killRounds(moments: readonly KillMoment[], round: (moment: KillMoment) => Promise<void>) {
  const left = [...moments]
  const work = async () => {
    for (let moment = left.shift(); moment !== undefined; moment = left.shift()) await round(moment)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** When a file in a folder gets new content. */
function firstChange(folder: string): Promise<void> {
  return new Promise((changed) => {
    const watcher = watch(folder, () => {
      watcher.close()
      changed()
    })
  })
}
