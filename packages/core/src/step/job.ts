import { formatDuration } from '../base/duration.ts'
import type { Environment } from '../base/environment.ts'
import { type GitHubEvent, readEvent } from '../github/event.ts'
import { commandPause, outspoken } from './command-pause.ts'
import { actionsExec, type Exec } from './exec.ts'
import type { Runner } from './runner.ts'
import { temporaryFolders } from './temporary-folders.ts'

/** Duration of one phase, in milliseconds. */
export interface Phase {
  readonly title: string
  readonly milliseconds: number
}

/** Everything that an action can use of the step it runs in. */
export interface Job {
  readonly runner: Runner
  readonly env: Environment
  readonly exec: Exec
  /** Aborted when the job is cancelled. Everything that waits must end with it. */
  readonly signal: AbortSignal
  readonly event: GitHubEvent
  /** Runs one phase of the action as a group in the log, titled with the time since the start of the step. */
  phase<T>(title: string, work: () => Promise<T>): Promise<T>
  /** Completed phases, in order. */
  readonly phases: readonly Phase[]
  /** The current phase, for the last line of a cancelled step. */
  readonly current: string | undefined
  /** Records a change outside this machine, so that a later failure can report it: `created repository x`. */
  changed(what: string): void
  readonly changes: readonly string[]
  /**
   * Makes a change outside this machine, described in a few words: `repository x was created`. A step that is cancelled
   * before the response does not know whether the change was made, and says so.
   */
  changing<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Changes in progress, or in progress when the job was cancelled. */
  readonly unknown: readonly string[]
  /** A folder below RUNNER_TEMP, accessible only to this user, removed when the step ends. */
  temporaryFolder(prefix: string): string
  /** Releases everything that the step still holds. */
  cleanUp(): void
}

/** What is other in a job that is made of another one. */
interface JobChanges extends Partial<Pick<Job, 'exec' | 'phase' | 'changed'>> {
  /** Is asked anew each time. */
  readonly env?: () => Environment
}

/** The same job with another environment, another way to run programs, or other ears for what happens in it. */
export const jobWith = (job: Job, { env, ...changes }: JobChanges): Job => ({
  runner: job.runner,
  get env() {
    return env === undefined ? job.env : env()
  },
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
