import { type InputReader, type ParsedObject, parseObject, type RegistryLocation } from '@container-actions/core'
import type { JsonObject, PolicyReading } from './json.ts'
import { lifecyclePolicyProblem } from './lifecycle-policy.ts'
import { lifecyclePreset } from './lifecycle-preset.ts'
import { repositoryPolicyProblem } from './repository-policy.ts'
import { repositoryPreset } from './repository-preset.ts'

/** The policy for a repository at a location. */
export type PolicyFor = (location: RegistryLocation) => JsonObject

/** A policy given in the input itself, or the path of its file, which is read once all inputs are valid. */
export type PolicyInput =
  | { readonly kind: 'policy'; readonly policy: PolicyFor }
  | { readonly kind: 'file'; readonly file: string }

/** One of the two inputs that accept a policy. */
export interface PolicyForm {
  readonly input: 'lifecycle_policy' | 'repository_policy'
  /** An example of its preset. */
  readonly example: string
  preset(subject: string, terms: readonly string[]): PolicyReading<PolicyFor>
  /** The error that AWS would report, as a line that begins with the subject. */
  problem(subject: string, policy: JsonObject): string | undefined
}

export const LIFECYCLE: PolicyForm = {
  input: 'lifecycle_policy',
  example: 'keep:30, untagged:7d',
  preset(subject, terms) {
    const preset = lifecyclePreset(subject, terms)
    return preset.kind === 'problem' ? preset : checkedPolicy(subject, preset.policy, LIFECYCLE)
  },
  problem: lifecyclePolicyProblem,
}

export const REPOSITORY: PolicyForm = {
  input: 'repository_policy',
  example: 'pull:111122223333, lambda',
  preset: repositoryPreset,
  problem: repositoryPolicyProblem,
}

/** A policy that does not depend on the location, if AWS accepts it. */
export function checkedPolicy(subject: string, policy: JsonObject, form: PolicyForm): PolicyReading<PolicyFor> {
  const line = form.problem(subject, policy)
  return line === undefined ? { kind: 'policy', policy: () => policy } : { kind: 'problem', line }
}

/** The line for a text that is not a JSON object; it never shows what the text contains. */
export const notAnObject = (subject: string, parsed: Exclude<ParsedObject, { kind: 'object' }>): string => {
  if (parsed.kind === 'not_object') return `${subject} must be a JSON object, in { and }.`
  return `${subject} is not valid JSON${parsed.at === undefined ? '' : `: see ${parsed.at}`}.`
}

function parsePolicy(subject: string, text: string, form: PolicyForm): PolicyReading<PolicyFor> {
  const parsed = parseObject(text)
  if (parsed.kind !== 'object') return { kind: 'problem', line: notAnObject(subject, parsed) }
  return checkedPolicy(subject, parsed.value as JsonObject, form)
}

/** A preset term contains a colon or is `lambda`; a file path with a colon also contains a slash. */
const isTerm = (text: string): boolean => text === 'lambda' || /^[^/\\]*:[^/\\]*$/.test(text)

/** Reads an input that accepts a policy; `undefined` if it is empty. */
export function readPolicy(input: InputReader, form: PolicyForm): PolicyInput | undefined {
  const given = input.optional(form.input)
  if (given === undefined) return undefined
  const isJson = /^[{[]/.test(given)
  const terms = isJson ? [] : input.list(form.input)
  if (!isJson && !terms.some(isTerm)) return { kind: 'file', file: given }
  const subject = `Input '${form.input}'`
  const reading = isJson ? parsePolicy(subject, given, form) : form.preset(subject, terms)
  if (reading.kind === 'policy') return reading
  input.reject(reading.line)
  return undefined
}
