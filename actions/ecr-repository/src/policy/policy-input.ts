import type { InputReader, RegistryLocation } from '@container-actions/core'
import { type JsonObject, parseObject } from './json.ts'
import { lifecyclePolicyProblem } from './lifecycle-policy.ts'
import { lifecyclePreset } from './lifecycle-preset.ts'
import { repositoryPolicyProblem } from './repository-policy.ts'
import { repositoryPreset } from './repository-preset.ts'

/** The policy for a repository at a location. */
export type PolicyFor = (place: RegistryLocation) => JsonObject

/** A policy given in the input itself, or the path of its file, which is read once all inputs are valid. */
export type PolicyInput = { readonly policy: PolicyFor } | { readonly file: string }

/** One of the two inputs that accept a policy. */
export interface PolicyForm {
  readonly input: 'lifecycle_policy' | 'repository_policy'
  /** An example of its preset. */
  readonly example: string
  /** @returns the policy, or the end of a sentence that says what is wrong */
  preset(terms: readonly string[]): PolicyFor | string
  /** Why AWS would reject it, as the end of a sentence. */
  problem(policy: JsonObject): string | undefined
}

export const LIFECYCLE: PolicyForm = {
  input: 'lifecycle_policy',
  example: 'keep:30, untagged:7d',
  preset(terms) {
    const policy = lifecyclePreset(terms)
    const problem = typeof policy === 'string' ? policy : lifecyclePolicyProblem(policy)
    return typeof problem === 'string' ? problem : () => policy as JsonObject
  },
  problem: lifecyclePolicyProblem,
}

export const REPOSITORY: PolicyForm = {
  input: 'repository_policy',
  example: 'pull:111122223333, lambda',
  preset: repositoryPreset,
  problem: repositoryPolicyProblem,
}

/** @returns the policy in a JSON text, or its error as the end of a sentence */
export function parsePolicy(text: string, form: PolicyForm): PolicyFor | string {
  const policy = parseObject(text)
  if (typeof policy === 'string') return policy
  return form.problem(policy) ?? (() => policy)
}

/** A preset term contains a colon or is `lambda`; a file path with a colon also contains a slash. */
const isTerm = (text: string): boolean => text === 'lambda' || /^[^/\\]*:[^/\\]*$/.test(text)

/** Reads an input that accepts a policy; `undefined` if it is empty. */
export function readPolicy(input: InputReader, form: PolicyForm): PolicyInput | undefined {
  const given = input.optional(form.input)
  if (given === undefined) return undefined
  const isJson = /^[{[]/.test(given)
  const terms = isJson ? [] : input.list(form.input)
  if (!isJson && !terms.some(isTerm)) return { file: given }
  const policy = isJson ? parsePolicy(given, form) : form.preset(terms)
  if (typeof policy !== 'string') return { policy }
  input.reject(`Input '${form.input}' ${policy}.`)
  return undefined
}
