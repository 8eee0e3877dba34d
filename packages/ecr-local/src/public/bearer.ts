import type { TokenClaims, Tokens } from '../identity/tokens.ts'
import { PUBLIC } from '../model/public-registry.ts'
import { NotAuthorized } from '../registry/basic-auth.ts'
import { RegistryError, TOKEN_EXPIRED } from '../registry/registry-error.ts'

/** Who pulls without a login; nobody needs one for that. */
const NOBODY = { account: '', arn: 'anonymous', accessKeyId: '' }

/** The token of GetAuthorizationToken, which the registry also takes as it is: https://github.com/kreuzwerker/terraform-provider-docker/pull/666 */
export function bearerOf(
  tokens: Tokens,
  { account, arn, accessKeyId }: Pick<TokenClaims, 'account' | 'arn' | 'accessKeyId'> = NOBODY,
): { bearer: string; expiresAt: number } {
  const { password, expiresAt } = tokens.issue({ account, arn, accessKeyId, region: PUBLIC })
  return { bearer: Buffer.from(`AWS:${password}`).toString('base64'), expiresAt }
}

/** @throws NotAuthorized where there is no token, RegistryError for one that is worth nothing */
export function bearerLogin(authorization: string | undefined, tokens: Tokens): TokenClaims {
  if (authorization === undefined) throw new NotAuthorized()
  const [scheme, bearer = ''] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'bearer') throw invalid()
  return claimsOf(bearer, tokens)
}

/**
 * The token for what docker login knows: user and password, or nobody.
 *
 * @throws RegistryError for a login that has ended, or that was never one
 */
export function tokenFor(authorization: string | undefined, tokens: Tokens): string {
  if (authorization === undefined) return bearerOf(tokens).bearer
  const [scheme, credentials = ''] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'basic') throw invalid()
  claimsOf(credentials, tokens)
  return credentials
}

function claimsOf(credentials: string, tokens: Tokens): TokenClaims {
  const password = /^AWS:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString())?.[1] ?? ''
  const token = tokens.read(password)
  if (!token || token.claims.region !== PUBLIC) throw invalid()
  if (token.state === 'expired') throw new RegistryError(403, 'DENIED', TOKEN_EXPIRED)
  return token.claims
}

const invalid = () => new RegistryError(400, 'DENIED', 'Your Authorization Token is invalid.')
