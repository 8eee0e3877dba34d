import { Failure } from '@container-actions/core'
import type { Plan } from './plan.ts'
import type { JsonObject } from './policy/json.ts'
import { phrase, shown } from './settings/difference-text.ts'

/** The differences from the declaration, one entry for each setting of each repository. */
export const driftOf = (plans: readonly Plan[]): JsonObject[] =>
  plans.flatMap(({ name, found, differences }): JsonObject[] =>
    found === undefined
      ? [{ repository: name, setting: 'repo', declared: name, actual: null }]
      : differences.map((difference) => ({
          repository: name,
          setting: difference.setting,
          declared: shown(difference, 'declared'),
          actual: shown(difference, 'actual'),
        })),
  )

/** Describes the drift of one repository; `undefined` if there is none. */
export function driftText({ found, differences }: Plan): string | undefined {
  if (found === undefined) return 'it does not exist'
  return differences.length === 0 ? undefined : differences.map(phrase).join('; ')
}

/** What the user can do about the drift of one repository. */
export function cure({ found, differences }: Plan): string {
  if (found === undefined) return "Run this step with 'mode: ensure' to create it."
  const encryption = differences.some(({ setting }) => setting === 'encryption')
  return encryption
    ? 'AWS cannot change the encryption of an existing repository.'
    : "Run this step with 'mode: reconcile' to change it."
}

/** The failure of a check: one line for each repository that is not as declared; `undefined` if there are none. */
export function driftFailure(plans: readonly Plan[], outputs: Failure['outputs']): Failure | undefined {
  const lines = plans.flatMap((plan) => {
    const text = driftText(plan)
    return text === undefined ? [] : [`Repository '${plan.name}' is not as declared: ${text}. ${cure(plan)}`]
  })
  return lines.length === 0 ? undefined : new Failure(lines.join('\n'), { outputs })
}
