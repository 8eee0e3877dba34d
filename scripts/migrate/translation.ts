import type { StepInput } from './step.ts'

/** One change to the inputs of a step. */
export type Change =
  | { readonly kind: 'rename'; readonly input: StepInput; readonly to: string }
  | { readonly kind: 'remove'; readonly input: StepInput }
  | { readonly kind: 'value'; readonly input: StepInput; readonly to: string }
  | { readonly kind: 'add'; readonly name: string; readonly value: string }

/** The translation of a step: one of our actions with changed inputs, or the reason why there is none. */
export type Translation =
  | { readonly action: string; readonly changes: readonly Change[] }
  | {
      /** The reason, for the person who has to migrate the step by hand. */
      readonly left: string
      /** The input it is about; if absent, the whole step. */
      readonly input?: StepInput | undefined
    }

/** What a translation may inspect outside its own step. */
export interface Surroundings {
  /** The whole file as text. */
  readonly text: string
  /** The literal value of an environment variable that the file sets and the step sees. */
  env(name: string): string | undefined
  /** The action, as `owner/name` or the name of one of ours, of the step with this ID. */
  actionOf(id: string): string | undefined
  /** The value of an input in the step with this ID. */
  inputOf(id: string, input: string): string | undefined
  /** Whether a checkout precedes the step in its job. */
  readonly afterCheckout: boolean
}
