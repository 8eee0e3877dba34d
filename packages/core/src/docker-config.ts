import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Authorization } from './ecr.ts'
import type { Environment } from './environment.ts'
import { Failure, reason } from './failure.ts'

type Json = Readonly<Record<string, unknown>>

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {})

/** Docker finds a credential helper by this suffix: `docker-credential-<suffix>`. */
const HELPER = 'ecr-step'

/**
 * Answers Docker's credential helper protocol (https://github.com/docker/docker-credential-helpers#development) with
 * what lies in a file per host; nothing can be stored or erased through it, not even by another job's `docker logout`.
 */
const HELPER_SCRIPT = `#!/bin/sh
[ "$1" = list ] && echo '{}'
[ "$1" = get ] || exit 0
IFS= read -r host || [ -n "$host" ] || exit 1
case "$host" in
*/*) ;;
*) IFS= read -r answer 2>/dev/null <"\${0%/bin/*}/credentials/$host" && printf '%s\\n' "$answer" && exit 0 ;;
esac
echo 'credentials not found in native keychain'
exit 1
`

function without(entries: unknown, host: string): Json {
  const { [host]: _ours, ...others } = object(entries)
  return others
}

/**
 * The user's own configuration with our helper for `host`; everything else in it (other registries, proxies, plugins,
 * contexts) stays as it is.
 */
export function withHelper(original: Json, host: string, pluginFolder: string): Json {
  const plugins = original['cliPluginsExtraDirs']
  return {
    ...original,
    auths: without(original['auths'], host),
    credHelpers: { ...without(original['credHelpers'], host), [host]: HELPER },
    cliPluginsExtraDirs: [...(Array.isArray(plugins) ? plugins : []), pluginFolder],
  }
}

function readOriginal(file: string): Json {
  if (!existsSync(file)) return {}
  try {
    return object(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    // What the parser says quotes the file, which may hold passwords.
    const problem = error instanceof SyntaxError ? 'it is not valid JSON' : reason(error)
    throw new Failure(`The Docker configuration ${file} cannot be read: ${problem}. Mend or remove it.`)
  }
}

/** A login for child processes alone: what Docker needs to reach one registry, in a folder of its own. */
export interface DockerLogin {
  /** Variables for the children that may use the login. */
  readonly env: Environment
  /** Puts a new password in the place of the old one; Docker sees it at its next request. */
  renew(authorization: Authorization): void
}

/**
 * Writes an isolated `DOCKER_CONFIG` into `folder`, made from the user's own. Jobs that share a home do not touch each
 * other's logins, and nothing is left when the folder is gone.
 */
export function isolatedLogin(
  folder: string,
  host: string,
  authorization: Authorization,
  env: Environment,
): DockerLogin {
  const original = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker')
  for (const name of ['bin', 'credentials']) mkdirSync(join(folder, name), { mode: 0o700 })
  const config = withHelper(readOriginal(join(original, 'config.json')), host, join(original, 'cli-plugins'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 })
  const helper = join(folder, 'bin', `docker-credential-${HELPER}`)
  writeFileSync(helper, HELPER_SCRIPT)
  chmodSync(helper, 0o700)
  const contexts = join(original, 'contexts')
  if (existsSync(contexts)) symlinkSync(contexts, join(folder, 'contexts'))

  const login: DockerLogin = {
    env: {
      DOCKER_CONFIG: folder,
      BUILDX_CONFIG: env['BUILDX_CONFIG'] || join(original, 'buildx'),
      PATH: [join(folder, 'bin'), env['PATH']].filter(Boolean).join(':'),
    },
    renew({ username, password }) {
      const file = join(folder, 'credentials', host)
      const answer = JSON.stringify({ ServerURL: host, Username: username, Secret: password })
      writeFileSync(`${file}.new`, `${answer}\n`, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
  login.renew(authorization)
  return login
}
