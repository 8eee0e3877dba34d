import { invalidParameter } from '../api-error.ts'
import { matches } from './mutability.ts'

/** The subject of an access decision. */
export interface Principal {
  readonly account: string
  readonly arn: string
}

interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly Condition?: unknown
}

/**
 * A repository policy's decision about a principal and an action such as `ecr:PutImage`; undefined if it makes none. A
 * statement with a condition counts as not matching: conditions are not evaluated here.
 */
export function verdict(policy: string, principal: Principal, action: string): 'allow' | 'deny' | undefined {
  const effects = statementsOf(JSON.parse(policy) as { Statement?: unknown })
    .filter((statement) => statement.Condition === undefined)
    .filter((statement) => strings(statement.Action).some((pattern) => coversAction(pattern, action)))
    .filter((statement) => principalsOf(statement).some((pattern) => coversPrincipal(pattern, principal)))
    .map(({ Effect }) => Effect)
  if (effects.includes('Deny')) return 'deny'
  return effects.includes('Allow') ? 'allow' : undefined
}

/** A repository policy as ECR returns it: validated, with accounts as ARNs, in ECR's formatting. */
export function normalizePolicy(text: string, partition: string, service: 'ecr' | 'ecr-public' = 'ecr'): string {
  let policy: { Statement?: unknown }
  try {
    policy = JSON.parse(text) as { Statement?: unknown }
  } catch {
    throw invalidPolicy()
  }
  const statements = statementsOf(policy)
  if (!isPolicy(policy) || statements.length === 0 || !statements.every((one) => isStatement(one, service)))
    throw invalidPolicy()
  const Statement = statements.map((statement) => ({
    ...statement,
    Principal: withArns(statement.Principal, partition),
  }))
  return print({ ...policy, Statement })
}

/**
 * Elements of a policy and of a statement: the grammar of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html without resources, because the
 * policy is attached to its resource; ECR rejects them (https://github.com/awsdocs/amazon-ecr-user-guide/pull/20).
 */
const POLICY = ['Version', 'Id', 'Statement']
const STATEMENT = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition']
const VERSIONS: readonly unknown[] = [undefined, '2008-10-17', '2012-10-17']

/**
 * An account, or one principal of it. ECR rejects wildcards in ARNs
 * (https://github.com/hashicorp/terraform-provider-aws/issues/3924), as documented in
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
 */
const AWS_PRINCIPAL = /^(?:\*|\d{12}|arn:[a-z0-9-]+:(?:iam|sts)::\d{12}:[^*?]+|A[A-Z0-9]{15,})$/

const knows = (allowed: readonly string[], object: object) =>
  Object.keys(object).every((name) => allowed.includes(name))

const isPolicy = (policy: { readonly Statement?: unknown; readonly Version?: unknown } | null) =>
  policy !== null && knows(POLICY, policy) && VERSIONS.includes(policy.Version)

const isPrincipal = (principal: unknown) =>
  typeof principal === 'object' && principal !== null
    ? strings((principal as { AWS?: unknown }).AWS).every((name) => AWS_PRINCIPAL.test(name))
    : principal === '*'

const isStatement = (statement: Statement, service: string) =>
  knows(STATEMENT, statement) &&
  isPrincipal(statement.Principal) &&
  (statement.Effect === 'Allow' || statement.Effect === 'Deny') &&
  principalsOf(statement).length > 0 &&
  strings(statement.Action).length > 0 &&
  strings(statement.Action).every((action) => new RegExp(`^(\\*|${service}:[A-Za-z*?]+)$`, 'i').test(action))

const invalidPolicy = () => invalidParameter('PolicyText', 'Invalid repository policy provided')

function statementsOf(policy: { Statement?: unknown } | null): Statement[] {
  const list: unknown[] = [policy?.Statement ?? []].flat()
  return list.every((item) => typeof item === 'object' && item !== null) ? (list as Statement[]) : []
}

function principalsOf({ Principal }: Statement): string[] {
  if (typeof Principal !== 'object' || Principal === null) return strings(Principal)
  return Object.values(Principal).flatMap(strings)
}

function coversPrincipal(pattern: string, { account, arn }: Principal): boolean {
  if (pattern === '*' || pattern === account || pattern === arn) return true
  const [, , , , owner, resource] = pattern.split(':')
  if (owner !== account) return false
  // A role session also matches the ARN of its role.
  return resource === 'root' || resource === /assumed-role\/([^/]+)\//.exec(arn)?.[1]?.replace(/^/, 'role/')
}

const coversAction = (pattern: string, action: string) => matches(action.toLowerCase(), pattern.toLowerCase())

function withArns(principal: unknown, partition: string): unknown {
  const arn = (value: unknown) =>
    typeof value === 'string' && /^\d{12}$/.test(value) ? `arn:${partition}:iam::${value}:root` : value
  if (typeof principal !== 'object' || principal === null) return principal
  const spelled = (value: unknown) => (Array.isArray(value) ? value.map(arn) : arn(value))
  return Object.fromEntries(Object.entries(principal).map(([kind, value]) => [kind, spelled(value)]))
}

const strings = (value: unknown): string[] =>
  [value].flat().filter((item): item is string => typeof item === 'string' && item !== '')

/** JSON with a space before each colon and inline arrays, as ECR formats it. */
function print(value: unknown, indent = ''): string {
  if (Array.isArray(value))
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => print(item, indent)).join(', ')} ]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0) return '{ }'
  const lines = members.map(([name, member]) => `${inner}${JSON.stringify(name)} : ${print(member, inner)}`)
  return `{\n${lines.join(',\n')}\n${indent}}`
}
