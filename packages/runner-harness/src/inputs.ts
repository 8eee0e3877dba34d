import type { Action } from './action.ts'
import { setIgnoringCase } from './commands.ts'
import type { StepLog } from './log.ts'

/** `with:` of a step; names are case-insensitive. */
export type With = Readonly<Record<string, string | number | boolean>>

/** The given inputs in order, followed by the defaults of the rest; a required input without a value is empty. */
export function resolveInputs(action: Action, given: With, interpolate: (text: string) => string) {
  const inputs: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) setIgnoringCase(inputs, name, String(value))
  const names = new Set(Object.keys(inputs).map((name) => name.toLowerCase()))
  for (const [name, value] of action.inputs) if (!names.has(name.toLowerCase())) inputs[name] = interpolate(value)
  return inputs
}

/** Names are uppercased, spaces become underscores, hyphens stay (actions/runner Handler.cs). */
export function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  )
}

/** Deprecated or undeclared inputs cause a warning, but are passed on (actions/runner ActionRunner.cs). */
export function warnAboutInputs(log: StepLog, action: Action, given: With): void {
  const declared = [...action.inputs.keys()]
  const find = (name: string) => declared.find((other) => other.toLowerCase() === name.toLowerCase())
  for (const name of Object.keys(given)) {
    const message = action.deprecated.get(find(name) ?? '')
    if (message !== undefined) log.issue('warning', `Input '${name}' has been deprecated with message: ${message}`)
  }
  const unexpected = Object.keys(given).filter((name) => find(name) === undefined)
  if (unexpected.length === 0) return
  const list = (names: string[]) => `'${names.join("', '")}'`
  log.issue('warning', `Unexpected input(s) ${list(unexpected)}, valid inputs are [${list(declared)}]`)
}

/** The collapsed lines at the beginning of a step's log (actions/runner Handler.cs, PrintActionDetails). */
export function printDetails(
  log: StepLog,
  action: Action,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): void {
  log.output(`##[group]Run ${action.name}`)
  const filled = Object.entries(inputs).filter(([, value]) => value !== '')
  if (Object.keys(inputs).length > 0) log.output('with:')
  for (const [name, value] of filled) log.output(`  ${name}: ${value}`)
  if (Object.keys(env).length > 0) log.output('env:')
  for (const [name, value] of Object.entries(env)) log.output(`  ${name}: ${value}`)
  log.output('##[endgroup]')
}
