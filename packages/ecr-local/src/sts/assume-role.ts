import { ApiError } from '../api-error.ts'
import type { SessionCredentials } from '../identity/sessions.ts'
import { callerOf, invalid, parameter, type StsAction, type StsRequest } from './request.ts'
import type { Xml } from './xml.ts'

/** A requested role, with the name and duration of the session. */
interface RoleRequest {
  readonly account: string
  readonly partition: string
  readonly role: string
  readonly name: string
  readonly seconds: number
}

const ONE_HOUR = 3600

/** Every role of every account exists and trusts everyone; a fault can deny one. */
export const AssumeRole: StsAction = async (request) => {
  const caller = await callerOf(request)
  const asked = roleRequest(request)
  if (caller.sessionToken !== undefined && asked.seconds > ONE_HOUR) {
    throw validation(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return { ...answer(issue(request, asked)), PackedPolicySize: 6 }
}

/** The requested session, or the configured short one. */
export const issue = ({ ecr }: StsRequest, asked: RoleRequest): SessionCredentials =>
  ecr.sessions.issue(asked, ecr.settings.sessionTtlSeconds ?? asked.seconds)

/** @throws ApiError ValidationError */
export function roleRequest({ ecr, parameters }: StsRequest): RoleRequest {
  const arn = parameter(parameters, 'RoleArn', /^.*$/s, { min: 20, max: 2048 })
  const found = /^arn:([a-z-]+):iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn)
  if (!found) throw validation(`${arn} is invalid`)
  const [, partition = '', account = '', role = ''] = found
  const name = parameter(parameters, 'RoleSessionName', /^[\w+=,.@-]*$/, { min: 2, max: 64 })
  return { account, partition, role, name, seconds: duration(parameters, ecr.settings.roleMaxSessionSeconds) }
}

export function answer({ accessKeyId, secretAccessKey, sessionToken, expiresAt, arn, userId }: SessionCredentials) {
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiresAt).toISOString().replace(/\.\d+/, ''),
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
  } satisfies Xml
}

function duration(parameters: URLSearchParams, longest: number): number {
  const text = parameters.get('DurationSeconds') ?? String(ONE_HOUR)
  const seconds = Number(text)
  if (!Number.isInteger(seconds) || seconds < 900) {
    throw invalid(`'${text}'`, 'DurationSeconds', 'Member must have value greater than or equal to 900')
  }
  if (seconds > 43_200)
    throw invalid(`'${text}'`, 'DurationSeconds', 'Member must have value less than or equal to 43200')
  if (seconds > longest)
    throw validation('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  return seconds
}

const validation = (message: string) => new ApiError('ValidationError', message)
