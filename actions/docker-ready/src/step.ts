import type { Environment, Exec, Runner } from '@container-actions/core'

/** What the wait needs from its environment: a step of a job, a runner hook, or a standalone command. */
export interface Step {
  readonly env: Environment
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal
  readonly runner: Pick<Runner, 'info' | 'warning' | 'exportVariable'>
  phase<T>(title: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs the docker CLI to query its version, once Docker is ready; if absent, what only the CLI knows stays unknown.
   */
  readonly exec?: Exec
}
