import { Failure } from '../base/failure.ts'
import type { Exec } from '../step/exec.ts'

/** How long a helper may take to list what it holds, in ms: a keychain that is locked asks a user who is not there. */
const LIST_TIME = 10_000

/** The program of a helper, by its name in Docker's configuration. */
const programOf = (helper: string): string => `docker-credential-${helper}`

/**
 * Runs a helper by its protocol, secrets by standard input: https://github.com/docker/docker-credential-helpers#development
 *
 * @returns what it answers; `undefined` where it has nothing to `get`
 * @throws {Failure} where it is not there, or cannot do what it is asked to
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

/** For the user of a store that is locked, or is made to give out passwords of its own and to take none. */
const CURE =
  " Give 'docker_config: isolated', which needs no credential store, or repair the one that Docker's config.json names."

/** Stores of what `docker login` gave them: https://github.com/docker/docker-credential-helpers#available-programs, and Docker Desktop's. */
const STORES: ReadonlySet<string> = new Set(['desktop', 'osxkeychain', 'pass', 'secretservice', 'wincred'])

/** Helpers that make a password when they are asked for one, also for registries that they do not list. */
const MAKERS: ReadonlySet<string> = new Set(['acr-env', 'acr-linux', 'ecr-login', 'env', 'gcloud', 'gcr'])

/**
 * The addresses that a store has a login for, as it got them (`https://index.docker.io/v1/`, `ghcr.io`); `undefined`
 * where it may have logins that it does not list.
 */
export async function storedAddresses(exec: Exec, store: string): Promise<string[] | undefined> {
  if (MAKERS.has(store)) return undefined
  try {
    const { exitCode, stdout } = await exec.run(programOf(store), ['list'], { timeout: LIST_TIME })
    if (exitCode !== 0) return undefined
    const addresses = Object.keys(JSON.parse(stdout))
    return addresses.length > 0 || STORES.has(store) ? addresses : undefined
  } catch (error) {
    // It is not there, prints something else, or waits for somebody.
    if (error instanceof Failure || error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
