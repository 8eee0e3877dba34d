import { asSet, canonical, isObject, type Json, type JsonObject, members } from './json.ts'

/** The grammar in https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
const TAG_STATUS = ['tagged', 'untagged', 'any']
const COUNT_TYPES = ['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']
const MAX_RULES = 50
const MAX_WILDCARDS = 4
/** Maximum length of a policy: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html */
const MAX_LENGTH = 30_720

const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && Number(value) >= 1

const oneOf = (name: string, value: Json | undefined, values: readonly string[]) =>
  values.some((each) => each === value) ? undefined : `${name} must be one of ${values.join(', ')}`

function tagsProblem({ tagStatus, tagPatternList, tagPrefixList }: JsonObject): string | undefined {
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined)
  if (tagStatus !== 'tagged') {
    return lists.length === 0 ? undefined : `tagStatus ${tagStatus} takes neither tagPatternList nor tagPrefixList`
  }
  const [list] = lists
  if (
    lists.length !== 1 ||
    !Array.isArray(list) ||
    list.length === 0 ||
    !list.every((tag) => typeof tag === 'string')
  ) {
    return 'tagStatus tagged needs either tagPatternList or tagPrefixList, a list of tags'
  }
  const patterns = members(tagPatternList).map(String)
  return patterns.some((pattern) => pattern.split('*').length > MAX_WILDCARDS + 1)
    ? `a tag pattern has at most ${MAX_WILDCARDS} wildcards *`
    : undefined
}

function countProblem({ countType, countUnit, countNumber }: JsonObject): string | undefined {
  if (!isCount(countNumber)) return 'countNumber must be a whole number of at least 1'
  const unit = countType === 'imageCountMoreThan' ? undefined : 'days'
  if (countUnit === unit) return undefined
  return `countType ${countType} ${unit === undefined ? 'takes no countUnit' : 'needs the countUnit days'}`
}

/** Only archived images have a transition time; all other count types apply to images that are not archived. */
function storageProblem({ countType, storageClass = 'standard' }: JsonObject): string | undefined {
  const own = countType === 'sinceImageTransitioned' ? 'archive' : 'standard'
  return storageClass === own ? undefined : `countType ${countType} needs the storageClass ${own}`
}

function actionProblem(action: Json | undefined): string | undefined {
  const { type, targetStorageClass } = isObject(action) ? action : {}
  if (type === 'transition' && targetStorageClass !== 'archive') {
    return 'action.type transition needs the targetStorageClass archive'
  }
  return oneOf('action.type', type, ['expire', 'transition'])
}

function ruleProblem(rule: Json): string | undefined {
  if (!isObject(rule)) return 'must be an object'
  const { rulePriority, selection, action } = rule
  if (!isCount(rulePriority)) return 'rulePriority must be a whole number of at least 1'
  if (!isObject(selection)) return 'selection is missing'
  return (
    oneOf('tagStatus', selection['tagStatus'], TAG_STATUS) ??
    tagsProblem(selection) ??
    oneOf('countType', selection['countType'], COUNT_TYPES) ??
    countProblem(selection) ??
    storageProblem(selection) ??
    actionProblem(action)
  )
}

const member = (object: Json | undefined, name: string): Json | undefined =>
  isObject(object) ? object[name] : undefined

const storageClassOf = (rule: Json): Json => member(member(rule, 'selection'), 'storageClass') ?? 'standard'

/** Only rules for the same storage class affect each other. */
function orderProblem(rules: readonly Json[]): string | undefined {
  const priority = (rule: Json) => Number(member(rule, 'rulePriority'))
  if (new Set(rules.map(priority)).size < rules.length) return 'each rule needs its own rulePriority'
  for (const rulesOfClass of Map.groupBy(rules, storageClassOf).values()) {
    const having = (status: string) =>
      rulesOfClass.filter((rule) => member(member(rule, 'selection'), 'tagStatus') === status)
    for (const status of ['any', 'untagged']) {
      if (having(status).length > 1) return `only one rule may have the tagStatus ${status}`
    }
    const last = Math.max(...rulesOfClass.map(priority))
    if (having('any').some((rule) => priority(rule) < last)) {
      return 'the rule with the tagStatus any must have the highest rulePriority'
    }
  }
  return undefined
}

/**
 * The error in a lifecycle policy that ECR would reject; `undefined` if there is none.
 *
 * @param subject names the policy at the beginning of the line
 */
export function lifecyclePolicyProblem(subject: string, policy: JsonObject): string | undefined {
  const { rules } = policy
  if (!Array.isArray(rules) || rules.length === 0) return `${subject} needs 'rules', a list of at least one.`
  if (rules.length > MAX_RULES) return `${subject} has ${rules.length} rules; ECR takes at most ${MAX_RULES}.`
  for (const [index, rule] of rules.entries()) {
    const problem = ruleProblem(rule)
    if (problem !== undefined) return `${subject} breaks a rule of ECR in its rule ${index + 1}: ${problem}.`
  }
  const problem = orderProblem(rules)
  if (problem !== undefined) return `${subject} breaks a rule of ECR: ${problem}.`
  const { length } = JSON.stringify(policy)
  return length > MAX_LENGTH ? `${subject} has ${length} characters; ECR takes at most ${MAX_LENGTH}.` : undefined
}

/** Normalizes rules: sorted by priority, with defaults written out, and lists without significant order sorted. */
function normal(rule: Json): Json {
  const selection = member(rule, 'selection')
  if (!isObject(rule) || !isObject(selection)) return rule
  const lists = ['tagPatternList', 'tagPrefixList'].flatMap((name) =>
    selection[name] === undefined ? [] : [[name, asSet(members(selection[name]))] as const],
  )
  return { ...rule, selection: { storageClass: 'standard', ...selection, ...Object.fromEntries(lists) } }
}

/** Whether two lifecycle policies have the same meaning. */
export const sameLifecyclePolicy = (one: JsonObject, other: JsonObject): boolean =>
  lifecycleElements(one).join() === lifecycleElements(other).join()

/** The rules of a policy in normalized form. */
export const lifecycleElements = ({ rules }: JsonObject): string[] => members(rules).map(normal).map(canonical).sort()
