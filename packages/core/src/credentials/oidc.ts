import type { AwsHttp } from '../aws/http.ts'
import type { Environment } from '../base/environment.ts'
import { Failure, reason } from '../base/failure.ts'
import { urlIn } from '../base/named-url.ts'
import { sendJson } from '../http/json-request.ts'

/** How a job requests its OIDC token from GitHub. */
export interface TokenRequest {
  readonly url: string
  readonly token: string
}

/** The token claims that a trust policy checks. */
export interface Claims {
  /** URL of the issuer. */
  readonly iss: string
  readonly sub: string
  readonly aud: string
}

/** Name for display, after `with`. */
export const GITHUB_TOKEN = "GitHub's OIDC token"

/** The YAML that allows a job to request a token, and its limitation. */
export const ID_TOKEN_PERMISSION =
  "'permissions: { id-token: write, contents: read }' (a pull request from a fork never gets it)"

/**
 * The variables that the runner sets if a job has `id-token: write`; `undefined` otherwise:
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
export function tokenRequest(env: Environment): TokenRequest | undefined {
  const [url, token] = [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']]
  return url && token ? { url, token } : undefined
}

const member = (value: unknown, name: string): string => {
  const found = typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : ''
  return typeof found === 'string' ? found : ''
}

/** The claims in a token; empty if there are none. AWS verifies the signature. */
export function claimsOf(token: string): Claims {
  let claims: unknown
  try {
    claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  } catch {
    claims = undefined
  }
  return { iss: member(claims, 'iss'), sub: member(claims, 'sub'), aud: member(claims, 'aud') }
}

/** Gets a token for `audience` from GitHub; the default audience is the URL of the repository's owner. */
export async function oidcToken(
  request: TokenRequest,
  audience: string | undefined,
  http: AwsHttp,
  signal: AbortSignal,
): Promise<string> {
  const url = urlIn('ACTIONS_ID_TOKEN_REQUEST_URL', request.url)
  if (audience !== undefined) url.searchParams.set('audience', audience)
  const headers = { authorization: `Bearer ${request.token}`, accept: 'application/json' }
  const answer = await sendJson(async () => ({ method: 'GET', url, headers }), http, signal).catch((error) => {
    signal.throwIfAborted()
    throw new Failure(
      `GitHub's endpoint for OIDC tokens cannot be reached at ${url.host}: ${reason(error)}. Check the network and the proxy of the runner.`,
      { cause: error },
    )
  })
  const token = member(answer.body, 'value')
  if (answer.status === 200 && token !== '') return token
  if (answer.status === 200) {
    throw new Failure(
      `GitHub gave no OIDC token: what answered at ${url.host} (status 200) is not GitHub. Check the proxy of the runner.`,
    )
  }
  const said = member(answer.body, 'message') || member(answer.body, 'errorMessage')
  throw new Failure(
    `GitHub gave no OIDC token: its endpoint answered ${answer.status}${said === '' ? '' : ` (${said.replaceAll(/\s+/g, ' ')})`}. The job needs ${ID_TOKEN_PERMISSION}.`,
  )
}

/**
 * Gets tokens for `audience`, a new one with each call, because GitHub's tokens are valid for minutes.
 *
 * @throws {Failure} if the job may not request one
 */
export const gitHubTokens =
  (env: Environment, audience: string | undefined, http: AwsHttp, signal: AbortSignal) => async (): Promise<string> => {
    const request = tokenRequest(env)
    if (request !== undefined) return oidcToken(request, audience, http, signal)
    throw new Failure(
      `Input 'role_source' is oidc, but the job may not request an OIDC token from GitHub. Add to the job: ${ID_TOKEN_PERMISSION}.`,
    )
  }
