import { sign } from 'node:crypto'
import { ExitFailure } from './exit-status.ts'
import type { GitHubClient } from './github-client.ts'
import type { Credential } from './registration-settings.ts'
import type { Scope } from './scope.ts'

/** The permission requested for the token of an app. */
const PERMISSIONS = {
  organization: { organization_self_hosted_runners: 'write' },
  repository: { administration: 'write' },
} as const

/** Validity of a JWT in seconds; GitHub allows ten minutes, and its clock may differ. */
const VALID = 540
const CLOCKS = 60

/**
 * The JWT that identifies the app:
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function appProof({ id, key }: Extract<Credential, { kind: 'app' }>, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iat: seconds - CLOCKS, exp: seconds + VALID, iss: id }
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

const textIn = (answer: unknown, name: string): string => {
  const value = typeof answer === 'object' && answer !== null ? Object.entries(answer) : []
  const found = Object.fromEntries(value)[name]
  if (typeof found === 'string' || typeof found === 'number') return String(found)
  throw new ExitFailure('unreachable', `GitHub's API answered without '${name}'.`)
}

/** A token that may register runners: the configured one, or an installation token of the app, valid for one hour. */
export async function tokenOf(credential: Credential, scope: Scope, github: GitHubClient, now: Date): Promise<string> {
  if (credential.kind === 'token') return credential.token
  const proof = appProof(credential, now)
  const installation = textIn(
    await github.call({ method: 'GET', path: `${scope.path}/installation`, token: proof }),
    'id',
  )
  const path = `/app/installations/${installation}/access_tokens`
  const permissions = scope.kind === 'enterprise' ? {} : PERMISSIONS[scope.kind]
  return textIn(await github.call({ method: 'POST', path, token: proof, body: { permissions } }), 'token')
}

/** The registration token for config.sh, valid for one hour. */
export async function registrationToken(scope: Scope, github: GitHubClient, token: string): Promise<string> {
  const path = `${scope.path}/actions/runners/registration-token`
  return textIn(await github.call({ method: 'POST', path, token }), 'token')
}
