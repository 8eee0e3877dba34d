import type { RegistryLocation } from '@container-actions/core'
import type { JsonObject, PolicyReading } from './json.ts'

/**
 * Who may pull: accounts, organizations, and accounts whose Lambda functions may; `''` is the registry's own account.
 */
interface Pullers {
  readonly accounts: readonly string[]
  readonly organizations: readonly string[]
  readonly lambdas: readonly string[]
}

const ACCOUNT = /^\d{12}$/
/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html */
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

function parse(subject: string, texts: readonly string[]): PolicyReading<Pullers> {
  const [accounts, organizations, lambdas] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const text of texts) {
    const [, verb, who] = /^(pull|lambda)(?::(.*))?$/.exec(text) ?? []
    if (verb === 'lambda' && (who === undefined || ACCOUNT.test(who))) lambdas.add(who ?? '')
    else if (verb === 'pull' && ACCOUNT.test(who ?? '')) accounts.add(who ?? '')
    else if (verb === 'pull' && ORGANIZATION.test(who ?? '')) organizations.add(who ?? '')
    else {
      const has = `${subject} has ${JSON.stringify(text)}`
      return {
        kind: 'problem',
        line: `${has}, which is none of pull: with the 12 digits of an account or the id of an organization (o-…), lambda, and lambda: with the 12 digits of an account.`,
      }
    }
  }
  const pullers = { accounts: [...accounts], organizations: [...organizations], lambdas: [...lambdas] }
  return { kind: 'policy', policy: pullers }
}

const allow = (Sid: string, who: JsonObject): JsonObject => ({ Sid, Effect: 'Allow', ...who, Action: PULL })

function statements({ accounts, organizations, lambdas }: Pullers, { partition, region, account }: RegistryLocation) {
  const functions = lambdas.map((owner) => `arn:${partition}:lambda:${region}:${owner || account}:function:*`)
  return [
    ...(accounts.length > 0
      ? [allow('PullByAccounts', { Principal: { AWS: accounts.map((id) => `arn:${partition}:iam::${id}:root`) } })]
      : []),
    ...(organizations.length > 0
      ? [
          allow('PullByOrganizations', {
            Principal: '*',
            Condition: { StringEquals: { 'aws:PrincipalOrgID': organizations } },
          }),
        ]
      : []),
    ...(functions.length > 0
      ? [
          allow('PullByLambda', {
            Principal: { Service: 'lambda.amazonaws.com' },
            Condition: { StringLike: { 'aws:SourceArn': functions } },
          }),
        ]
      : []),
  ]
}

/** The short form of a repository policy: `pull:<account>`, `pull:<organization>`, `lambda`, `lambda:<account>`. */
export function repositoryPreset(
  subject: string,
  texts: readonly string[],
): PolicyReading<(location: RegistryLocation) => JsonObject> {
  const pullers = parse(subject, texts)
  if (pullers.kind === 'problem') return pullers
  const policy = (location: RegistryLocation): JsonObject => ({
    Version: '2012-10-17',
    Statement: statements(pullers.policy, location),
  })
  return { kind: 'policy', policy }
}
