import { registrationToken, tokenOf } from './credential.ts'
import { ExitFailure } from './exit-status.ts'
import { type GitHubClient, Refusal } from './github-client.ts'
import type { Credential } from './registration-settings.ts'
import type { Scope } from './scope.ts'

/** Permission that a credential needs, by scope: https://docs.github.com/rest/actions/self-hosted-runners */
const NEEDS: Readonly<Record<Scope['kind'], string>> = {
  organization: 'the organization permission "Self-hosted runners: write" (a classic token: admin:org)',
  repository: 'the repository permission "Administration: write" (a classic token: repo)',
  enterprise: 'to be a classic token with manage_runners:enterprise',
}

/** The GitHub API for registering runners in one scope. */
export interface Registry {
  /** @throws {ExitFailure} with the required permission, if GitHub rejects the request */
  registrationToken(): Promise<string>
  /** Removes the runner with this ID, or the one with this name; a missing runner counts as removed. */
  remove(runner: { readonly id: number | undefined; readonly name: string | undefined }): Promise<void>
}

function idIn(answer: unknown, name: string): number | undefined {
  const { runners } = (answer ?? {}) as { runners?: unknown }
  const list: { id?: unknown; name?: unknown }[] = Array.isArray(runners) ? runners : []
  const found = list.find((runner) => runner.name === name)?.id
  return typeof found === 'number' ? found : undefined
}

/**
 * Adds the solution to a rejection: 401 means that GitHub does not know the credential, 404 that the credential cannot
 * see the scope.
 */
function explained({ answered, message }: Refusal, scope: Scope, { kind }: Credential, now: Date): string {
  const isApp = kind === 'app'
  if (answered === 401) {
    return isApp
      ? `GitHub does not accept the key of the app: ${message} RUNNER_APP_ID must be the app whose key it is, and the clock of this machine must be right; it says ${now.toISOString()}.`
      : `GitHub does not know the token, or it is no longer valid: ${message} Create a new one.`
  }
  const need = `It needs ${NEEDS[scope.kind]}.`
  return answered === 404
    ? `There is no ${scope.url}, or ${isApp ? 'the app is not installed there' : 'the token does not see it'}: ${message} ${need}`
    : `${isApp ? 'The app' : 'The token'} may not register runners at ${scope.url}: ${message} ${need}`
}

export function registryOf(scope: Scope, credential: Credential, github: GitHubClient): Registry {
  const path = `${scope.path}/actions/runners`
  const idOf = async (name: string, own: string) =>
    idIn(await github.call({ method: 'GET', path: `${path}?name=${encodeURIComponent(name)}`, token: own }), name)
  const token = () => tokenOf(credential, scope, github, new Date())
  return {
    async registrationToken() {
      try {
        return await registrationToken(scope, github, await token())
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        throw new ExitFailure('denied', explained(error, scope, credential, new Date()), { cause: error })
      }
    },
    async remove({ id, name }) {
      const own = await token()
      const found = id ?? (name === undefined ? undefined : await idOf(name, own))
      if (found === undefined) return
      await github.call({ method: 'DELETE', path: `${path}/${found}`, token: own, mayBeMissing: true })
    },
  }
}
