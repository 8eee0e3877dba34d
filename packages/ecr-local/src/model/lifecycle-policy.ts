import { invalidParameter } from '../api-error.ts'

/** One rule of a lifecycle policy: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
export interface LifecycleRule {
  readonly rulePriority: number
  readonly description?: string
  readonly selection: LifecycleSelection
  readonly action: { readonly type: 'expire' | 'transition'; readonly targetStorageClass?: 'archive' }
}

export interface LifecycleSelection {
  readonly tagStatus: 'tagged' | 'untagged' | 'any'
  readonly tagPrefixList?: readonly string[]
  readonly tagPatternList?: readonly string[]
  readonly storageClass?: 'standard' | 'archive'
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned'
  readonly countUnit?: 'days'
  readonly countNumber: number
}

const COUNT_TYPES = ['imageCountMoreThan', 'sinceImagePulled', 'sinceImagePushed', 'sinceImageTransitioned']

/** @throws ApiError with the text of ECR's schema validator */
export function parseLifecyclePolicy(text: string): LifecycleRule[] {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    throw invalid('Could not map policyString into LifecyclePolicy.')
  }
  if (!isObject(policy)) throw invalid('Could not map policyString into LifecyclePolicy.')
  demandMembers(policy, ['rules'], ['rules'])
  const { rules } = policy
  if (!Array.isArray(rules))
    throw invalid('instance type does not match any allowed primitive type (allowed: ["array"])')
  if (rules.length === 0) throw invalid('array is too short: must have at least 1 elements but instance has 0 elements')
  if (rules.length > 50)
    throw invalid(`array is too long: must have at most 50 elements but instance has ${rules.length} elements`)
  for (const rule of rules) demandRule(rule)
  demandOrder(rules as LifecycleRule[])
  return rules as LifecycleRule[]
}

function demandRule(rule: unknown) {
  if (!isObject(rule)) throw invalid('instance type does not match any allowed primitive type (allowed: ["object"])')
  demandMembers(rule, ['action', 'rulePriority', 'selection'], ['action', 'description', 'rulePriority', 'selection'])
  const { rulePriority, action, selection } = rule
  demandAtLeastOne(rulePriority)
  if (!isObject(action)) throw invalid('instance type does not match any allowed primitive type (allowed: ["object"])')
  demandMembers(action, ['type'], ['targetStorageClass', 'type'])
  demandEnum(action['type'], ['expire', 'transition'])
  if (action['type'] === 'transition') demandMembers(action, ['targetStorageClass'], ['targetStorageClass', 'type'])
  if (action['targetStorageClass'] !== undefined) demandEnum(action['targetStorageClass'], ['archive'])
  if (!isObject(selection))
    throw invalid('instance type does not match any allowed primitive type (allowed: ["object"])')
  demandSelection(selection)
}

function demandSelection(selection: Record<string, unknown>) {
  const required = ['countNumber', 'countType', 'tagStatus']
  demandMembers(selection, required, [...required, 'countUnit', 'storageClass', 'tagPatternList', 'tagPrefixList'])
  const { tagStatus, countType, countUnit, countNumber, storageClass, tagPatternList, tagPrefixList } = selection
  demandEnum(tagStatus, ['any', 'tagged', 'untagged'])
  demandEnum(countType, COUNT_TYPES)
  demandAtLeastOne(countNumber)
  // Only archived images have a transition time; all other count types apply to images that are not archived.
  const own = countType === 'sinceImageTransitioned' ? 'archive' : 'standard'
  if (storageClass !== undefined || own === 'archive') demandEnum(storageClass ?? 'standard', [own])
  const byAge = countType !== 'imageCountMoreThan'
  if (byAge ? countUnit !== 'days' : countUnit !== undefined) {
    throw invalid('instance failed to match exactly one schema (matched 0 out of 2)')
  }
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined)
  if (
    !lists.every((list) => Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string'))
  ) {
    throw invalid('instance failed to match exactly one schema (matched 0 out of 2)')
  }
  // A rule for tagged images names tags; all others must not.
  if (lists.length !== (tagStatus === 'tagged' ? 1 : 0)) {
    throw invalid('instance failed to match exactly one schema (matched 0 out of 2)')
  }
  const patterns = (tagPatternList ?? []) as string[]
  if (patterns.some((pattern) => pattern.split('*').length > 5)) throw invalid('a tag pattern has at most 4 wildcards')
}

function demandOrder(rules: readonly LifecycleRule[]) {
  const priorities = rules.map(({ rulePriority }) => rulePriority)
  if (new Set(priorities).size < rules.length) throw invalid('rulePriority must be unique')
  for (const storageClass of ['standard', 'archive']) {
    const own = rules.filter(({ selection }) => (selection.storageClass ?? 'standard') === storageClass)
    const last = Math.max(...own.map(({ rulePriority }) => rulePriority))
    if (own.some(({ selection, rulePriority }) => selection.tagStatus === 'any' && rulePriority < last)) {
      throw invalid('Rule for tagStatus=ANY must have the lowest priority per storage class')
    }
    if (own.filter(({ selection }) => selection.tagStatus === 'untagged').length > 1) {
      throw invalid('Only one rule can select Untagged images per storage class')
    }
  }
}

function demandMembers(object: Record<string, unknown>, required: string[], allowed: string[]) {
  const missing = required.filter((name) => object[name] === undefined)
  if (missing.length > 0) throw invalid(`object has missing required properties (${JSON.stringify(missing)})`)
  const unknown = Object.keys(object).filter((name) => !allowed.includes(name))
  if (unknown.length === 0) return
  throw invalid(`object instance has properties which are not allowed by the schema: (${JSON.stringify(unknown)})`)
}

function demandEnum(value: unknown, values: string[]) {
  if (typeof value === 'string' && values.includes(value)) return
  throw invalid(
    `instance value (${JSON.stringify(value)}) not found in enum (possible values: ${JSON.stringify(values)})`,
  )
}

function demandAtLeastOne(value: unknown) {
  if (!Number.isInteger(value))
    throw invalid('instance type does not match any allowed primitive type (allowed: ["integer"])')
  if (Number(value) >= 1) return
  throw invalid(`numeric instance is lower than the required minimum (minimum: 1, found: ${value})`)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (reason: string) =>
  invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${reason}`)
