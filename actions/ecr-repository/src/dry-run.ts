import type { RegistryLocation } from '@container-actions/core'
import type { Mode } from './inputs.ts'
import type { DeclaredFor, Plan } from './plan.ts'
import type { Json } from './policy/json.ts'
import { OPERATIONS } from './settings/change.ts'
import { shown } from './settings/difference-text.ts'
import { type Difference, differences, lateSettings, type SomeSettings } from './settings/settings.ts'

/** The settings that a new repository is created with, named as in the inputs. */
function given(declared: SomeSettings): Json {
  const late = Object.keys(lateSettings(declared))
  const all = differences(declared, {}).filter(({ setting }) => !late.includes(setting))
  return Object.fromEntries(all.map((difference) => [difference.setting, shown(difference, 'declared')]))
}

const call = (operation: string | undefined, name: string, value: Json): string =>
  `ecr:${operation} ${name} ${JSON.stringify(value)}`

const writeCall = (name: string, difference: Difference): string =>
  call(OPERATIONS[difference.setting].write, name, shown(difference, 'declared'))

/** The calls that would change one repository, in order. */
export function plannedCalls(plan: Plan, mode: Mode, declaredFor: DeclaredFor, location: RegistryLocation): string[] {
  const { name, found } = plan
  if (mode === 'check') return []
  if (found !== undefined) {
    return mode === 'reconcile' ? plan.differences.map((difference) => writeCall(name, difference)) : []
  }
  const declared = declaredFor(location)
  const late = differences(lateSettings(declared), {})
  return [call('CreateRepository', name, given(declared)), ...late.map((difference) => writeCall(name, difference))]
}
