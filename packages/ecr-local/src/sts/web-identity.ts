import { ApiError } from '../api-error.ts'
import { answer, issue, roleRequest } from './assume-role.ts'
import type { StsAction, StsRequest } from './request.ts'

/** The claims that STS checks; times are in seconds since 1970. */
interface Claims {
  readonly iss?: unknown
  readonly sub?: unknown
  readonly aud?: unknown
  readonly exp?: unknown
}

/** The issuer is trusted: the signature is not verified, because its keys are not available here. */
export const AssumeRoleWithWebIdentity: StsAction = async (request) => {
  await request.identified(undefined)
  const asked = roleRequest(request)
  const { subject, audience, issuer } = identityIn(request)
  const credentials = issue(request, asked)
  return {
    ...answer(credentials),
    SubjectFromWebIdentityToken: subject,
    Audience: audience,
    Provider: `arn:${asked.partition}:iam::${asked.account}:oidc-provider/${issuer.replace(/^https?:\/\//, '')}`,
  }
}

function identityIn({ ecr, parameters }: StsRequest) {
  const { iss, sub, aud, exp } = claimsOf(parameters.get('WebIdentityToken') ?? '')
  const audiences = [aud].flat().filter((item): item is string => typeof item === 'string')
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') throw notAToken()
  const audience = audiences.find((item) => ecr.settings.webIdentityAudiences.includes(item))
  if (audience === undefined) throw new ApiError('InvalidIdentityToken', 'Incorrect token audience')
  const now = Math.floor(ecr.settings.now() / 1000)
  if (now >= exp) {
    const text = `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`
    throw new ApiError('ExpiredWebIdentityToken', text)
  }
  return { subject: sub, audience, issuer: iss }
}

function claimsOf(token: string): Claims {
  const parts = token.split('.')
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString())
    if (parts.length === 3 && typeof claims === 'object' && claims !== null) return claims
  } catch {
    // Falls through to the common response for anything that is not a token.
  }
  throw notAToken()
}

const notAToken = () =>
  new ApiError(
    'InvalidIdentityToken',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )
