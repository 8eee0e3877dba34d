import { Failure } from '../base/failure.ts'
import type { Exec } from '../step/exec.ts'

/** Timeout for a helper to list its logins, in ms: a locked keychain prompts a user who is not there. */
const LIST_TIME = 10_000

/** The program of a helper, from its name in Docker's configuration. */
const programOf = (helper: string): string => `docker-credential-${helper}`

/**
 * Runs a helper with its protocol, with secrets on standard input:
 * https://github.com/docker/docker-credential-helpers#development
 *
 * @returns its output; `undefined` if there is nothing to `get`
 * @throws {Failure} if it is missing or fails
 */
export async function askHelper(
  exec: Exec,
  helper: string,
  verb: 'get' | 'store' | 'erase',
  input: string,
): Promise<string | undefined> {
  const ended = await exec.run(programOf(helper), [verb], { input }).catch((error: unknown) => {
    throw verb === 'store' && error instanceof Failure
      ? new Failure(`${error.message}${CURE}`, { cause: error })
      : error
  })
  const { exitCode, stdout, stderr } = ended
  if (exitCode === 0) return stdout
  if (verb === 'get') return undefined
  const said = (stderr.trim() || stdout.trim()).replaceAll(/\s+/g, ' ')
  throw new Failure(
    `Docker's credential helper ${programOf(helper)}, which the Docker configuration names, cannot ${verb} the login: ${said || 'it says nothing'}.${verb === 'store' ? CURE : ''}`,
  )
}

/** For a store that is locked, or that generates its own passwords and accepts none. */
const CURE =
  " Set 'docker_config: isolated', which needs no credential store, or repair the one that Docker's config.json names."

/**
 * Stores for logins of `docker login`: https://github.com/docker/docker-credential-helpers#available-programs, and
 * Docker Desktop's.
 */
const STORES: ReadonlySet<string> = new Set(['desktop', 'osxkeychain', 'pass', 'secretservice', 'wincred'])

/** Helpers that generate a password on request, even for registries that they do not list. */
const MAKERS: ReadonlySet<string> = new Set(['acr-env', 'acr-linux', 'ecr-login', 'env', 'gcloud', 'gcr'])

/**
 * The addresses that a store has logins for, as it received them (`https://index.docker.io/v1/`, `ghcr.io`);
 * `undefined` if it may have logins that it does not list.
 */
export async function storedAddresses(exec: Exec, store: string): Promise<string[] | undefined> {
  if (MAKERS.has(store)) return undefined
  try {
    const { exitCode, stdout } = await exec.run(programOf(store), ['list'], { timeout: LIST_TIME })
    if (exitCode !== 0) return undefined
    const addresses = Object.keys(JSON.parse(stdout))
    return addresses.length > 0 || STORES.has(store) ? addresses : undefined
  } catch (error) {
    // It is missing, prints something else, or waits for input.
    if (error instanceof Failure || error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
