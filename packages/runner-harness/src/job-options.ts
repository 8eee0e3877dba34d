import type { ContextOptions } from './context.ts'
import type { With } from './inputs.ts'
import type { User } from './user.ts'

/** Variables by their names. */
export type Values = Readonly<Record<string, string>>

export interface JobOptions extends ContextOptions {
  /** `env:` of the job. The log shows it. */
  readonly env?: Values
  /** Environment of the runner's own process, as set on the machine. Nothing shows it. */
  readonly machine?: Values
  /** Values of the secrets context, masked from the start. */
  readonly secrets?: readonly string[]
  /** Files of the workspace by their path. */
  readonly workspace?: Readonly<Record<string, string | Uint8Array>>
  /** Whom the job's folders belong to and steps run as; the user of this process where it is left out. Needs root. */
  readonly user?: User
  /** As ACTIONS_STEP_DEBUG: debug lines are shown and commands echoed. */
  readonly debug?: boolean
  /** How often processes of steps are looked at: often, so that no short one is missed, which costs half a processor. */
  readonly lookEveryMs?: number
}

export interface StepOptions {
  readonly id?: string
  readonly with?: With
  /** `env:` of the step. */
  readonly env?: Values
  /** Cancels the step, and with it the job, as `cancel()` does. */
  readonly signal?: AbortSignal
}
