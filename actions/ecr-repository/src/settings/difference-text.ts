import type { Json } from '../policy/json.ts'
import { lifecycleElements } from '../policy/lifecycle-policy.ts'
import { policyElements } from '../policy/repository-policy.ts'
import { shownEncryption } from './encryption.ts'
import { shownMutability } from './mutability.ts'
import { differingTags, type ResourceTags } from './resource-tags.ts'
import type { Difference } from './settings.ts'

const is = (what: string, actual: string, declared: string) => `${what} is ${actual}, not ${declared}`

function tagPhrases(declared: ResourceTags, actual: ResourceTags): string[] {
  return Object.entries(differingTags(declared, actual)).map(([key, value]) =>
    Object.hasOwn(actual, key)
      ? is(`resource tag '${key}'`, `'${actual[key]}'`, `'${value}'`)
      : `resource tag '${key}' is missing`,
  )
}

/** A difference as part of a sentence. */
export function phrase(difference: Difference): string {
  const { setting, actual } = difference
  if (actual === undefined) return `there is no ${setting}`
  switch (setting) {
    case 'image_tag_mutability':
      return is(setting, shownMutability(actual), shownMutability(difference.declared))
    case 'scan_on_push':
      return is(setting, String(actual), String(difference.declared))
    case 'encryption':
      return is(setting, shownEncryption(actual), shownEncryption(difference.declared))
    case 'lifecycle_policy':
    case 'repository_policy':
      return `${setting} differs`
    case 'resource_tags':
      return tagPhrases(difference.declared, actual).join(', ')
  }
}

function elementLines(declared: readonly string[], actual: readonly string[]): string[] {
  return [
    ...actual.filter((element) => !declared.includes(element)).map((element) => `only in ECR:   ${element}`),
    ...declared.filter((element) => !actual.includes(element)).map((element) => `only declared: ${element}`),
  ]
}

/** Details of a policy difference: the rules or statements that only one side has. */
export function details(difference: Difference): string[] {
  const { setting, declared, actual } = difference
  if (setting === 'lifecycle_policy' && actual)
    return elementLines(lifecycleElements(declared), lifecycleElements(actual))
  if (setting === 'repository_policy' && actual) return elementLines(policyElements(declared), policyElements(actual))
  return []
}

/** A declared or actual value for outputs and log; for tags, only those that differ. */
export function shown(difference: Difference, side: 'declared' | 'actual'): Json {
  const value = difference[side]
  if (value === undefined) return null
  switch (difference.setting) {
    case 'image_tag_mutability':
      return shownMutability(difference[side] as typeof difference.declared)
    case 'encryption':
      return shownEncryption(difference[side] as typeof difference.declared)
    case 'resource_tags': {
      const keys = Object.keys(differingTags(difference.declared, difference.actual ?? {}))
      return Object.fromEntries(keys.map((key) => [key, difference[side]?.[key] ?? null]))
    }
    default:
      return value as Json
  }
}
