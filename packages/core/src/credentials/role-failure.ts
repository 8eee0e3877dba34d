import type { AwsCall } from '../aws/call.ts'
import { awsFailure } from '../aws/failure.ts'
import { Failure, reason, sentence } from '../base/failure.ts'
import { type Claims, GITHUB_TOKEN } from './oidc.ts'
import { isIssuerUnreached } from './sts-retry.ts'

/** The attempt: the role, and the caller. */
export interface RoleAttempt {
  readonly roleArn: string
  readonly region: string
  /** Source of the caller's keys, for display. */
  readonly source: string
  readonly durationSeconds: number | undefined
  readonly externalId: string | undefined
  /** Set if the caller used a token: its name for display, and its claims. */
  readonly token?: { readonly name: string; readonly claims: Claims }
}

type Token = NonNullable<RoleAttempt['token']>

const json = (value: unknown): string => JSON.stringify(value)

/** The role of a session ARN, which is what a trust policy names; other ARNs are unchanged. */
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
  const hint = externalId === undefined ? " If the role requires an external ID, set 'external_id'." : ''
  return `AWS denies role ${roleArn} to ${principal ?? 'the identity'} from ${source}. Both sides have to allow it: add ${own} to the IAM policy of ${principal ?? 'the identity'}, and ${trust} to the trust policy of the role.${hint}`
}

function deniedToToken({ roleArn }: RoleAttempt, { name, claims: { iss, sub, aud } }: Token): string {
  const [, partition = '', , , account = ''] = roleArn.split(':')
  const issuer = iss.replace(/^https?:\/\//, '')
  const trust = json({
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer}:aud`]: aud, [`${issuer}:sub`]: sub } },
  })
  return `AWS denies role ${roleArn} to ${name}, whose subject is '${sub}'. Check the ARN, and add ${trust} to the trust policy of the role.`
}

/** Only a persistent error is the OIDC provider's fault. */
function refusedToken(error: Error, { roleArn }: RoleAttempt, { name, claims: { iss, aud } }: Token): string {
  const said = sentence(reason(error))
  if (isIssuerUnreached(error)) {
    return `AWS could not verify ${name} for role ${roleArn} after all retries: ${said} Run the job again; if the error persists, check that ${iss} can be reached from the internet.`
  }
  if (/^ExpiredToken/.test(error.name)) return `AWS does not take ${name} for role ${roleArn}: ${said} Get a new one.`
  return `AWS does not take ${name} for role ${roleArn}: ${said} The account needs an IAM OIDC provider for ${iss} with the audience '${aud}'${name === GITHUB_TOKEN ? ", which input 'oidc_audience' names" : ''}.`
}

function invalidRequest(message: string, { roleArn, durationSeconds }: RoleAttempt): string | undefined {
  if (/role chaining/.test(message)) {
    return `Input 'role_duration_seconds' is ${durationSeconds}, but a role session that is assumed from another role session lasts at most 3600. Lower it; the action renews the session by itself.`
  }
  if (/MaxSessionDuration/.test(message)) {
    return `Input 'role_duration_seconds' is ${durationSeconds}, and role ${roleArn} allows less. Lower it (the action renews the session by itself), or raise the maximum session duration of the role.`
  }
  return undefined
}

function line(error: Error, attempt: RoleAttempt): string | undefined {
  const message = reason(error)
  const { token } = attempt
  switch (error.name) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      if (/explicit deny/.test(message)) return undefined
      return token === undefined ? deniedToKeys(message, attempt) : deniedToToken(attempt, token)
    case 'ValidationError':
      return invalidRequest(message, attempt)
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
    case 'IDPCommunicationError':
    case 'IDPCommunicationErrorException':
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return token === undefined ? undefined : refusedToken(error, attempt, token)
    default:
      return undefined
  }
}

/** The `Failure` for a role that could not be assumed. */
export function roleFailure(error: unknown, attempt: RoleAttempt): Failure {
  const action = attempt.token === undefined ? 'sts:AssumeRole' : 'sts:AssumeRoleWithWebIdentity'
  const call: AwsCall = { action, region: attempt.region, source: attempt.source }
  const text = error instanceof Error && !(error instanceof Failure) ? line(error, attempt) : undefined
  return text === undefined ? awsFailure(error, call) : new Failure(text, { cause: error })
}
