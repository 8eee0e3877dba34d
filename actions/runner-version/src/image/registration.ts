import { registrationToken, tokenOf } from './credential.ts'
import { ExitFailure } from './exit-status.ts'
import { type GitHubClient, Refusal } from './github-client.ts'
import type { Credential } from './registration-settings.ts'
import type { Scope } from './scope.ts'

/** What a credential needs, by where the runner goes: https://docs.github.com/rest/actions/self-hosted-runners */
const NEEDS: Readonly<Record<Scope['kind'], string>> = {
  organization: 'the organisation permission "Self-hosted runners: write" (a classic token: admin:org)',
  repository: 'the repository permission "Administration: write" (a classic token: repo)',
  enterprise: 'to be a classic token with manage_runners:enterprise',
}

/** A place of GitHub where runners can be registered, with what lets us do so. */
export interface Registry {
  /** @throws {ExitFailure} with what the credential needs, where GitHub refuses */
  registrationToken(): Promise<string>
  /** Removes the runner with this id, or else the one of this name; one that is not there is removed already. */
  remove(runner: { readonly id: number | undefined; readonly name: string | undefined }): Promise<void>
}

function idIn(answer: unknown, name: string): number | undefined {
  const { runners } = (answer ?? {}) as { runners?: unknown }
  const list: { id?: unknown; name?: unknown }[] = Array.isArray(runners) ? runners : []
  const found = list.find((runner) => runner.name === name)?.id
  return typeof found === 'number' ? found : undefined
}

/** A refusal with its cure: who gets 401 is not known to GitHub, and what gets 404 is not there for this credential. */
function explained({ answered, message }: Refusal, scope: Scope, { kind }: Credential, now: Date): string {
  const isApp = kind === 'app'
  if (answered === 401) {
    return isApp
      ? `GitHub does not accept the key of the app: ${message} RUNNER_APP_ID must be the app whose key it is, and the clock of this machine must be right; it says ${now.toISOString()}.`
      : `GitHub does not know the token, or it is not valid any more: ${message} Make a new one.`
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
