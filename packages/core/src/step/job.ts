import { formatDuration } from '../base/duration.ts'
import type { Environment } from '../base/environment.ts'
import { type GitHubEvent, readEvent } from '../github/event.ts'
import { commandPause, outspoken } from './command-pause.ts'
import { actionsExec, type Exec } from './exec.ts'
import type { Runner } from './runner.ts'
import { temporaryFolders } from './temporary-folders.ts'

/** How long one phase took, in milliseconds. */
export interface Phase {
  readonly title: string
  readonly milliseconds: number
}

/** Everything that the code of an action may use of the step it runs in. */
export interface Job {
  readonly runner: Runner
  readonly env: Environment
  readonly exec: Exec
  /** Aborts when the job is cancelled. Everything that waits must end with it. */
  readonly signal: AbortSignal
  readonly event: GitHubEvent
  /** Runs one phase of the action as a group of the log, titled with the time since the step's start. */
  phase<T>(title: string, work: () => Promise<T>): Promise<T>
  /** The phases that ended, in order. */
  readonly phases: readonly Phase[]
  /** The phase that runs now, for the line that a cancelled step ends with. */
  readonly current: string | undefined
  /** Notes what was changed outside this machine, so that a later failure can say it: `created repository x`. */
  changed(what: string): void
  readonly changes: readonly string[]
  /**
   * Does what changes something outside this machine, in a few words: `repository x was created`. A step that is
   * cancelled before there is an answer does not know whether that was done, and says so.
   */
  changing<T>(what: string, work: () => Promise<T>): Promise<T>
  /** What is under way now, or was when the job was cancelled. */
  readonly unknown: readonly string[]
  /** A folder below RUNNER_TEMP, only for this user, removed when the step ends. */
  temporaryFolder(prefix: string): string
  /** Ends what the step still holds. */
  cleanUp(): void
}

/** The same job with another environment, another way to run programs, or other ears for what happens in it. */
export const jobWith = (job: Job, changes: Partial<Pick<Job, 'env' | 'exec' | 'phase' | 'changed'>>): Job => ({
  runner: job.runner,
  env: job.env,
  exec: job.exec,
  signal: job.signal,
  phases: job.phases,
  changes: job.changes,
  unknown: job.unknown,
  phase: job.phase,
  changed: job.changed,
  changing: job.changing,
  temporaryFolder: job.temporaryFolder,
  cleanUp: job.cleanUp,
  get event() {
    return job.event
  },
  get current() {
    return job.current
  },
  ...changes,
})

export function createJob(quiet: Runner, env: Environment, signal: AbortSignal): Job {
  const started = performance.now()
  const pause = commandPause(quiet.command)
  const runner = outspoken(quiet, pause)
  const folders = temporaryFolders(env, runner)
  const phases: Phase[] = []
  const changes: string[] = []
  const underWay: string[] = []
  let current: string | undefined
  let event: GitHubEvent | undefined
  return {
    runner,
    env,
    signal,
    exec: actionsExec(env, signal, pause),
    phases,
    changes,
    unknown: underWay,
    async changing(what, work) {
      underWay.push(what)
      let unanswered = false
      try {
        return await work()
      } catch (error) {
        unanswered = signal.aborted
        throw error
      } finally {
        if (!unanswered) underWay.splice(underWay.indexOf(what), 1)
      }
    },
    get event() {
      event ??= readEvent(env)
      return event
    },
    get current() {
      return current
    },
    async phase(title, work) {
      signal.throwIfAborted()
      const begun = performance.now()
      current = title
      runner.startGroup(`${title} (+${formatDuration(begun - started)})`)
      try {
        const result = await work()
        current = undefined
        return result
      } finally {
        phases.push({ title, milliseconds: performance.now() - begun })
        runner.endGroup()
      }
    },
    changed: (what) => {
      changes.push(what)
    },
    temporaryFolder: folders.create,
    cleanUp: folders.removeAll,
  }
}
