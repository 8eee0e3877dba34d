import { ApiError } from '../api-error.ts'
import type { Identities } from './identities.ts'
import type { Identity } from './identity.ts'
import { claimOf, isSignedBy, type SignedRequest } from './sigv4.ts'

/** The caller, and the region of the signature: one server serves all regions. */
export interface Caller extends Identity {
  readonly region: string
}

/** AWS rejects a signature that is older or newer than this. */
const CLOCK_SKEW_MS = 5 * 60 * 1000

/** Verifies the signature as AWS does. Error names are those of the JSON protocols; STS renames them. */
export function authenticate(
  request: SignedRequest,
  service: 'ecr' | 'ecr-public' | 'sts',
  identities: Identities,
): Caller {
  // The client uses the real clock, even if the server has been given a different time.
  const now = Date.now()
  const authorization = request.headers.authorization
  if (authorization === undefined) {
    throw new ApiError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  const claim = claimOf(authorization)
  if (!claim) {
    throw new ApiError('IncompleteSignatureException', 'Authorization header is not a valid AWS4-HMAC-SHA256 header.')
  }
  const token = request.headers['x-amz-security-token']
  const identity = identities.find(claim.accessKeyId, token === undefined ? undefined : String(token))
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(claim.region)) {
    throw invalidSignature('Credential should be scoped to a valid region.')
  }
  if (claim.service !== service) {
    throw invalidSignature(`Credential should be scoped to correct service: '${service}'.`)
  }
  const time = String(request.headers['x-amz-date'] ?? '')
  const signedAt = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(signedAt) || Math.abs(now - signedAt) > CLOCK_SKEW_MS) {
    throw invalidSignature(`Signature expired or not yet current: ${time} is more than 5 min from ${basicTime(now)}`)
  }
  if (!isSignedBy(identity.secretAccessKey, claim, request)) throw invalidSignature(MISMATCH)
  return { ...identity, region: claim.region }
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

const invalidSignature = (message: string) => new ApiError('InvalidSignatureException', message)

const basicTime = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
