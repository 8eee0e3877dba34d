import type { ContextOptions } from './context.ts'
import type { With } from './inputs.ts'
import type { User } from './user.ts'

/** Variables by name. */
export type Values = Readonly<Record<string, string>>

export interface JobOptions extends ContextOptions {
  /** `env:` of the job. Shown in the log. */
  readonly env?: Values
  /** Environment of the runner process, as configured on the machine. Not shown anywhere. */
  readonly machine?: Values
  /** Values of the secrets context, masked from the beginning. */
  readonly secrets?: readonly string[]
  /** Files of the workspace by path. */
  readonly workspace?: Readonly<Record<string, string | Uint8Array>>
  /** The user who owns the job's folders and runs its steps; defaults to the user of this process. Requires root. */
  readonly user?: User
  /** Same as ACTIONS_STEP_DEBUG: debug lines are shown and commands echoed. */
  readonly debug?: boolean
  /**
   * Interval for inspecting the processes of steps: short, so that no short-lived one is missed, which costs half a
   * processor.
   */
  readonly lookEveryMs?: number
}

export interface StepOptions {
  readonly id?: string
  readonly with?: With
  /** `env:` of the step. */
  readonly env?: Values
  /** Cancels the step, and with it the job, like `cancel()`. */
  readonly signal?: AbortSignal
}
