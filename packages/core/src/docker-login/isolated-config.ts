import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import type { Authorization } from '../ecr/authorization.ts'
import { withoutAuths } from './auth-variable.ts'
import { withHelper } from './config.ts'
import { readDockerConfig, writeDockerConfig } from './config-file.ts'
import { copyDockerFolder, type DockerFolderVariables } from './docker-folder.ts'

/**
 * Implements Docker's credential helper protocol (https://github.com/docker/docker-credential-helpers#development) with
 * one file per host; nothing can be stored or erased through it, not even by another job's `docker logout`.
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

/**
 * A login visible only to child processes of this step: a private `DOCKER_CONFIG` with a credential helper, which
 * Docker calls on every push, so that the password can be renewed while a build runs.
 */
export interface IsolatedDockerConfig {
  /** Environment variables for processes that may use the login. */
  readonly env: DockerFolderVariables
  /** The folder of the credential helper, which must be in the PATH. */
  readonly bin: string
  /** The credential helper in it. */
  readonly program: string
  /** Logs in; an existing password is replaced, and Docker uses the new one for its next request. */
  store(logins: ReadonlyMap<string, Authorization>): void
  /** The hosts with a login. */
  hosts(): string[]
}

/** Creates a login in a new `folder`, on top of the configuration that Docker uses with `env`. */
export function isolatedDockerConfig(folder: string, env: Environment): IsolatedDockerConfig {
  // Every login has a helper with its own name, so that one login can be created on top of another that keeps working.
  const helper = basename(folder)
  const [bin, credentials] = [join(folder, 'bin'), join(folder, 'credentials')]
  const variables = copyDockerFolder(folder, env)
  for (const path of [bin, credentials]) mkdirSync(path, { mode: 0o700 })
  const program = join(bin, `docker-credential-${helper}`)
  writeFileSync(program, HELPER_SCRIPT)
  chmodSync(program, 0o700)
  const config = join(variables.DOCKER_CONFIG, 'config.json')
  const hosts = new Set<string>()
  return {
    env: variables,
    bin,
    program,
    hosts: () => [...hosts],
    store(logins) {
      for (const [host, { username, password }] of logins) {
        hosts.add(host)
        const answer = JSON.stringify({ ServerURL: host, Username: username, Secret: password })
        const file = join(credentials, host)
        writeFileSync(`${file}.new`, `${answer}\n`, { mode: 0o600 })
        renameSync(`${file}.new`, file)
      }
      writeDockerConfig(config, withHelper(readDockerConfig(config), [...logins.keys()], helper))
    },
  }
}

/**
 * The environment for a child process that uses the login. Entries for the same hosts are removed from
 * DOCKER_AUTH_CONFIG, which docker prefers.
 *
 * @param told called with a line for each removed login
 */
export function childLogin(login: IsolatedDockerConfig, env: Environment, told?: (line: string) => void): Environment {
  const given = env['DOCKER_AUTH_CONFIG']
  const auths = given ? withoutAuths(given, login.hosts()) : undefined
  for (const host of auths?.found ?? []) {
    told?.(`The login for ${host} in the variable DOCKER_AUTH_CONFIG is ignored in favor of the step's own.`)
  }
  return {
    ...login.env,
    PATH: [login.bin, env['PATH']].filter(Boolean).join(':'),
    ...(auths === undefined ? {} : { DOCKER_AUTH_CONFIG: auths.text }),
  }
}
