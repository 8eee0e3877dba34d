import type { StepInput } from './step.ts'

/** One thing to change in the inputs of a step. */
export type Change =
  | { readonly kind: 'rename'; readonly input: StepInput; readonly to: string }
  | { readonly kind: 'remove'; readonly input: StepInput }
  | { readonly kind: 'value'; readonly input: StepInput; readonly to: string }
  | { readonly kind: 'add'; readonly name: string; readonly value: string }

/** What becomes of a step: one of our actions with changed inputs, or nothing, for a reason. */
export type Translation =
  | { readonly action: string; readonly changes: readonly Change[] }
  | {
      /** A sentence for the person who has to do it by hand. */
      readonly left: string
      /** The input that it is about; without it, the step. */
      readonly input?: StepInput | undefined
    }

/** What a translation may look at beyond its own step. */
export interface Surroundings {
  /** The whole file as text. */
  readonly text: string
  /** The literal value of an environment variable that the file sets where the step sees it. */
  env(name: string): string | undefined
  /** The action, `owner/name` or one of ours by its name, of the step with this id. */
  actionOf(id: string): string | undefined
  /** What the step with this id is given for an input. */
  inputOf(id: string, input: string): string | undefined
  /** The step comes after a checkout in its job. */
  readonly afterCheckout: boolean
}
