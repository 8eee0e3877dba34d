import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { blockingPath, ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { configFolder } from '../docker-daemon/context.ts'
import { readDockerConfig } from '../docker-login/config-file.ts'

/**
 * Where packages install plugins: defaultSystemPluginDirs in
 * https://github.com/docker/cli/tree/master/cli-plugins/manager
 */
const SYSTEM_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
]

/** This variable tells a plugin that docker runs it, and that its own name is its first argument. */
export const RUN_BY_DOCKER = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: 'docker' }

/**
 * Where docker looks for a plugin, in the order of getPluginDirs in manager.go in the same folder, which differs from
 * the comment above it there.
 */
function pluginFiles(name: string, env: Environment): string[] {
  const folder = configFolder(env)
  const extra = tryOrUndefined(() => readDockerConfig(join(folder, 'config.json')))?.['cliPluginsExtraDirs']
  const folders = [...(Array.isArray(extra) ? extra.map(String) : []), join(folder, 'cli-plugins'), ...SYSTEM_FOLDERS]
  return folders.map((each) => join(each, `docker-${name}`))
}

/**
 * The program of a docker CLI plugin; `undefined` if it is in none of the usual folders. The CLI may still have it,
 * because it can be built with other folders.
 */
export const pluginFile = (name: string, env: Environment): string | undefined =>
  pluginFiles(name, env).find((file) => existsSync(file))

/**
 * The program that `docker NAME` runs: the first existing file counts, and hides the others even if nobody may execute
 * it.
 */
export function runnablePlugin(name: string, env: Environment): string | undefined {
  const file = pluginFile(name, env)
  return file !== undefined && tryOrUndefined(() => accessSync(file, constants.X_OK) ?? true) ? file : undefined
}

/** A sentence about the first place where a plugin may exist that this user may not see or execute. */
export function hiddenPlugin(name: string, env: Environment): string | undefined {
  const blocker = pluginFiles(name, env)
    .map((file) => blockingPath(file, 'execute'))
    .find((found) => found !== undefined)
  if (blocker === undefined) return undefined
  return `There may be a plugin docker-${name} that ${thisUser()} may not run. Of ${blocker}: ${ownerOf(blocker)}. ${ownerCure(blocker, blocker, 'execute')}.`
}
