import { type AwsCall, awsFailure } from './aws-failure.ts'
import { Failure, reason } from './failure.ts'
import type { Claims } from './oidc.ts'

/** What was tried: the role, and who asked for it. */
export interface RoleAttempt {
  readonly roleArn: string
  readonly region: string
  /** Where the keys came from that asked, in words. */
  readonly source: string
  readonly durationSeconds: number | undefined
  readonly externalId: string | undefined
  /** Of GitHub's token, where that asked. */
  readonly claims?: Claims
}

const json = (value: unknown): string => JSON.stringify(value)

/** The role behind the ARN of its session, which is what a trust policy names; other ARNs are their own. */
export function principalOf(arn: string): string {
  const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? []
  return role === undefined ? arn : `arn:${partition}:iam::${account}:role/${role}`
}

function deniedToKeys(message: string, { roleArn, source, externalId }: RoleAttempt): string {
  const [, caller] = /^User: (\S+) is not authorized/.exec(message) ?? []
  const principal = caller === undefined ? undefined : principalOf(caller)
  const own = json({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn })
  const trust = json({
    Effect: 'Allow',
    Principal: { AWS: principal ?? 'the ARN of the identity' },
    Action: 'sts:AssumeRole',
    ...(externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  })
  const hint = externalId === undefined ? " Where the role asks for an external id, give it as 'external_id'." : ''
  return `AWS denies role ${roleArn} to ${principal ?? 'the identity'} from ${source}. Both sides have to allow it: add ${own} to the IAM policy of ${principal ?? 'the identity'}, and ${trust} to the trust policy of the role.${hint}`
}

function deniedToToken({ roleArn }: RoleAttempt, { iss, sub, aud }: Claims): string {
  const [, partition = '', , , account = ''] = roleArn.split(':')
  const issuer = iss.replace(/^https?:\/\//, '')
  const trust = json({
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer}:aud`]: aud, [`${issuer}:sub`]: sub } },
  })
  return `AWS denies role ${roleArn} to this job, which is '${sub}' to GitHub. Check the ARN, and add ${trust} to the trust policy of the role.`
}

function invalidRequest(message: string, { roleArn, durationSeconds }: RoleAttempt): string | undefined {
  if (/role chaining/.test(message)) {
    return `Input 'role_duration_seconds' is ${durationSeconds}, and a role that the session of another role assumes lasts 3600 at most. Lower it; the action renews the session by itself.`
  }
  if (/MaxSessionDuration/.test(message)) {
    return `Input 'role_duration_seconds' is ${durationSeconds}, and role ${roleArn} allows less. Lower it (the action renews the session by itself), or raise the maximum session duration of the role.`
  }
  return undefined
}

function line(error: Error, attempt: RoleAttempt): string | undefined {
  const message = reason(error)
  const { claims } = attempt
  switch (error.name) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      if (/explicit deny/.test(message)) return undefined
      return claims === undefined ? deniedToKeys(message, attempt) : deniedToToken(attempt, claims)
    case 'ValidationError':
      return invalidRequest(message, attempt)
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
      if (claims === undefined) return undefined
      return `AWS does not take GitHub's OIDC token for role ${attempt.roleArn}: ${message.replace(/\.$/, '')}. The account needs an IAM OIDC provider for ${claims.iss} with the audience '${claims.aud}', which input 'oidc_audience' names.`
    default:
      return undefined
  }
}

/** The `Failure` for a role that AWS did not give. */
export function roleFailure(error: unknown, attempt: RoleAttempt): Failure {
  const action = attempt.claims === undefined ? 'sts:AssumeRole' : 'sts:AssumeRoleWithWebIdentity'
  const call: AwsCall = { action, region: attempt.region, source: attempt.source }
  const text = error instanceof Error && !(error instanceof Failure) ? line(error, attempt) : undefined
  return text === undefined ? awsFailure(error, call) : new Failure(text, { cause: error })
}
