import type { TokenClaims, Tokens } from '../identity/tokens.ts'
import { PUBLIC } from '../model/public-registry.ts'
import { NotAuthorized } from '../registry/basic-auth.ts'
import { RegistryError, TOKEN_EXPIRED } from '../registry/registry-error.ts'

/** The identity of anonymous pulls, which need no login. */
const NOBODY = { account: '', arn: 'anonymous', accessKeyId: '' }

/**
 * The token from GetAuthorizationToken, which the registry also accepts directly:
 * https://github.com/kreuzwerker/terraform-provider-docker/pull/666
 */
export function bearerOf(
  tokens: Tokens,
  { account, arn, accessKeyId }: Pick<TokenClaims, 'account' | 'arn' | 'accessKeyId'> = NOBODY,
): { bearer: string; expiresAt: number } {
  const { password, expiresAt } = tokens.issue({ account, arn, accessKeyId, region: PUBLIC })
  return { bearer: Buffer.from(`AWS:${password}`).toString('base64'), expiresAt }
}

/** @throws NotAuthorized if there is no token, RegistryError if it is invalid */
export function bearerLogin(authorization: string | undefined, tokens: Tokens): TokenClaims {
  if (authorization === undefined) throw new NotAuthorized()
  const [scheme, bearer = ''] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'bearer') throw invalid()
  return claimsOf(bearer, tokens)
}

/**
 * Issues a token for the credentials of docker login: user and password, or anonymous.
 *
 * @throws RegistryError for an expired or invalid login
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
