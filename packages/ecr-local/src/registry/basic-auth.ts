import type { TokenClaims, Tokens } from '../identity/tokens.ts'
import { RegistryError, TOKEN_EXPIRED } from './registry-error.ts'

/** The response to a request without credentials; not a JSON error, because ECR's is plain text. */
export class NotAuthorized extends Error {}

/**
 * Identifies the caller. ECR accepts only Basic credentials of user AWS; a valid token works for the registries of all
 * accounts in its region, so it proves an identity, but no permission.
 */
export function login(authorization: string | undefined, region: string, tokens: Tokens): TokenClaims {
  const [scheme, credentials] = (authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || !credentials) throw new NotAuthorized()
  const [user, password] = split(Buffer.from(credentials, 'base64').toString())
  if (user !== 'AWS') throw new NotAuthorized()
  const token = tokens.read(password)
  if (!token || token.claims.region !== region) {
    throw new RegistryError(400, 'DENIED', 'Your Authorization Token is invalid.')
  }
  if (token.state === 'expired') {
    throw new RegistryError(403, 'DENIED', TOKEN_EXPIRED)
  }
  return token.claims
}

function split(text: string): [user: string, password: string] {
  const colon = text.indexOf(':')
  return [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)]
}
