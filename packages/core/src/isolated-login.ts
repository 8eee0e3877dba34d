import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { withHelper, withoutEnded, withoutHelper } from './docker-config.ts'
import { readDockerConfig, writeDockerConfig } from './docker-config-file.ts'
import type { Authorization } from './ecr.ts'
import type { Environment } from './environment.ts'
import { userDockerFolder } from './user-docker-folder.ts'

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

/** A login for those alone who have its environment: a `DOCKER_CONFIG` of its own, made from the user's. */
export interface DockerLogin {
  /** Variables for those who may use the login. */
  readonly env: { readonly DOCKER_CONFIG: string; readonly BUILDX_CONFIG: string }
  /** The folder of the credential helper, which has to be in the PATH. */
  readonly bin: string
  /** The credential helper in it. */
  readonly program: string
  /** Logs in; a password that is there already is replaced, and Docker takes the new one at its next request. */
  set(logins: ReadonlyMap<string, Authorization>): void
  /** Logs out. */
  remove(hosts: readonly string[]): void
}

const SUFFIX = '.new'

/** Every login has a helper of its own name, so that one can be made on top of another and leave it working. */
const helperOf = (folder: string): string => basename(folder)

const programOf = (folder: string): string => join(folder, 'bin', `docker-credential-${helperOf(folder)}`)

/** Where the login in `folder` has its `DOCKER_CONFIG`. */
export const dockerFolder = (folder: string): string => join(folder, 'docker')

/** What is not in config.json (contexts, plugins, keys) is used where it is. */
function linkRest(original: string, folder: string): void {
  if (!existsSync(original)) return
  for (const name of readdirSync(original)) {
    if (name !== 'config.json') symlinkSync(join(original, name), join(folder, name))
  }
}

/**
 * Makes a login in `folder`, which is empty, from the configuration that Docker has with `env`. Jobs that share a home
 * do not touch each other's logins, and nothing is left when the folder is gone.
 */
export function isolatedLogin(folder: string, env: Environment): DockerLogin {
  const original = userDockerFolder(env)
  const config = withoutEnded(readDockerConfig(join(original, 'config.json')), Date.now())
  for (const path of [join(folder, 'bin'), join(folder, 'credentials'), dockerFolder(folder)]) {
    mkdirSync(path, { mode: 0o700 })
  }
  linkRest(original, dockerFolder(folder))
  writeDockerConfig(join(dockerFolder(folder), 'config.json'), config, SUFFIX)
  writeFileSync(programOf(folder), HELPER_SCRIPT)
  chmodSync(programOf(folder), 0o700)
  return existingLogin(folder, env['BUILDX_CONFIG'] || join(original, 'buildx'))
}

/** The login that `isolatedLogin` has made in `folder`. */
export function existingLogin(folder: string, buildxConfig: string): DockerLogin {
  const config = join(dockerFolder(folder), 'config.json')
  const credentials = (host: string) => join(folder, 'credentials', host)
  return {
    env: { DOCKER_CONFIG: dockerFolder(folder), BUILDX_CONFIG: buildxConfig },
    bin: join(folder, 'bin'),
    program: programOf(folder),
    set(logins) {
      for (const [host, { username, password }] of logins) {
        const answer = JSON.stringify({ ServerURL: host, Username: username, Secret: password })
        writeFileSync(`${credentials(host)}${SUFFIX}`, `${answer}\n`, { mode: 0o600 })
        renameSync(`${credentials(host)}${SUFFIX}`, credentials(host))
      }
      writeDockerConfig(config, withHelper(readDockerConfig(config), [...logins.keys()], helperOf(folder)), SUFFIX)
    },
    remove(hosts) {
      for (const host of hosts) {
        for (const end of ['', SUFFIX]) rmSync(`${credentials(host)}${end}`, { force: true })
      }
      writeDockerConfig(config, withoutHelper(readDockerConfig(config), hosts, helperOf(folder)), SUFFIX)
    },
  }
}

/** The environment for a child process that uses the login. */
export const childLogin = (login: DockerLogin, env: Environment): Environment => ({
  ...login.env,
  PATH: [login.bin, env['PATH']].filter(Boolean).join(':'),
})
