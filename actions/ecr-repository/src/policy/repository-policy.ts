import { asSet, canonical, isObject, type Json, type JsonObject, members } from './json.ts'

/**
 * Maximum length of a policy: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
 */
const MAX_LENGTH = 10_240

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition']

/** ECR rejects `Resource`: https://github.com/awsdocs/amazon-ecr-user-guide/pull/20 */
function elementProblem(statement: JsonObject): string | undefined {
  const unknown = Object.keys(statement).find((name) => !ELEMENTS.includes(name))
  if (unknown === undefined) return undefined
  return /^(?:Not)?Resource$/.test(unknown)
    ? `remove ${unknown}; the policy always applies to its own repository`
    : `${unknown} is not a valid element of a statement; valid elements are ${ELEMENTS.join(', ')}`
}

/**
 * ECR rejects wildcards within an ARN:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function principalProblem(statement: JsonObject): string | undefined {
  const names = ['Principal', 'NotPrincipal'].flatMap((element) => {
    const given = statement[element]
    return isObject(given) ? members(given['AWS']) : members(given)
  })
  const wild = names.find((name) => typeof name === 'string' && name.startsWith('arn:') && /[*?]/.test(name))
  if (wild === undefined) return undefined
  return `the principal ${wild} contains a wildcard; use the account ID and restrict it with a Condition on aws:PrincipalArn`
}

function statementProblem(statement: Json): string | undefined {
  if (!isObject(statement)) return 'must be an object'
  const { Effect } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny') return 'Effect must be Allow or Deny'
  for (const name of ['Principal', 'Action']) {
    if (statement[name] === undefined && statement[`Not${name}`] === undefined) return `${name} is missing`
  }
  return elementProblem(statement) ?? principalProblem(statement)
}

/**
 * The error in a repository policy that IAM would reject; `undefined` if there is none.
 *
 * @param subject names the policy at the beginning of the line
 */
export function repositoryPolicyProblem(subject: string, policy: JsonObject): string | undefined {
  const statements = members(policy['Statement'])
  if (statements.length === 0) return `${subject} needs a 'Statement'.`
  for (const [index, statement] of statements.entries()) {
    const problem = statementProblem(statement)
    if (problem !== undefined) return `${subject} breaks a rule of IAM in its statement ${index + 1}: ${problem}.`
  }
  const { length } = JSON.stringify(policy)
  return length > MAX_LENGTH ? `${subject} has ${length} characters; ECR takes at most ${MAX_LENGTH}.` : undefined
}

/** Normalizes an account: AWS stores its ID as the ARN of its root. */
const principalName = (value: Json): Json =>
  typeof value === 'string' ? value.replace(/^arn:[^:]+:iam::(\d{12}):root$/, '$1') : value

/** `"*"` and `{"AWS":"*"}` mean the same: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function principal(value: Json): Json {
  if (!isObject(value)) return value === '*' ? { AWS: ['*'] } : value
  return Object.fromEntries(
    Object.entries(value).map(([kind, names]) => [kind, asSet(members(names).map(principalName))]),
  )
}

/** Actions are case-insensitive. */
const actions = (value: Json): Json => asSet(members(value).map((action) => String(action).toLowerCase()))

/** Keys are case-insensitive; values are compared as the strings that IAM converts them to. */
function condition(value: Json): Json {
  if (!isObject(value)) return value
  const operators = Object.entries(value).map(([operator, keys]) => [
    operator,
    isObject(keys)
      ? Object.fromEntries(
          Object.entries(keys).map(([key, values]) => [key.toLowerCase(), asSet(members(values).map(String))]),
        )
      : keys,
  ])
  return Object.fromEntries(operators)
}

const resources = (value: Json): Json => asSet(members(value))

const NORMAL: ReadonlyMap<string, (value: Json) => Json> = new Map([
  ['Principal', principal],
  ['NotPrincipal', principal],
  ['Action', actions],
  ['NotAction', actions],
  ['Resource', resources],
  ['NotResource', resources],
  ['Condition', condition],
])

const normal = (statement: Json): Json =>
  isObject(statement)
    ? Object.fromEntries(Object.entries(statement).map(([name, value]) => [name, NORMAL.get(name)?.(value) ?? value]))
    : statement

/** The statements of a policy in normalized form, without duplicates; IAM ignores their order. */
export const policyElements = (policy: JsonObject): string[] =>
  asSet(members(policy['Statement']).map(normal)).map(canonical)

/** The parts of a policy other than its statements. The default version is IAM's first one. */
const frame = ({ Version = '2008-10-17', Id = null }: JsonObject): string => canonical({ Version, Id })

/** Whether two repository policies have the same meaning. */
export const sameRepositoryPolicy = (one: JsonObject, other: JsonObject): boolean =>
  frame(one) === frame(other) && policyElements(one).join() === policyElements(other).join()
