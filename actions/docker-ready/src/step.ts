import type { Environment, Exec, Runner } from '@container-actions/core'

/** What the wait needs of what it runs in: a step of a job, a hook of the runner, or a command of its own. */
export interface Step {
  readonly env: Environment
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal
  readonly runner: Pick<Runner, 'info' | 'warning' | 'exportVariable'>
  phase<T>(title: string, work: () => Promise<T>): Promise<T>
  /** Asks the docker CLI about itself, after Docker is ready; without it, what only the CLI knows stays unknown. */
  readonly exec?: Exec
}
