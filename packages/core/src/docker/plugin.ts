import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { blockingPath, ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { configFolder } from '../docker-daemon/context.ts'
import { readDockerConfig } from '../docker-login/config-file.ts'

/** Where packages put plugins: defaultSystemPluginDirs of https://github.com/docker/cli/tree/master/cli-plugins/manager */
const SYSTEM_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
]

/** With this variable a plugin knows that it is docker that runs it, and that its own name is its first argument. */
export const RUN_BY_DOCKER = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: 'docker' }

/**
 * Where docker looks for a plugin, in its order, which is that of getPluginDirs in manager.go of the same folder and not
 * that of the comment above it there.
 */
function pluginFiles(name: string, env: Environment): string[] {
  const folder = configFolder(env)
  const extra = tryOrUndefined(() => readDockerConfig(join(folder, 'config.json')))?.['cliPluginsExtraDirs']
  const folders = [...(Array.isArray(extra) ? extra.map(String) : []), join(folder, 'cli-plugins'), ...SYSTEM_FOLDERS]
  return folders.map((each) => join(each, `docker-${name}`))
}

/**
 * The program of a plugin of the docker CLI; `undefined` where it is in none of the usual folders, which does not mean
 * that the CLI, which may be built with others, has none.
 */
export const pluginFile = (name: string, env: Environment): string | undefined =>
  pluginFiles(name, env).find((file) => existsSync(file))

/** The program that `docker NAME` runs: the first file that there is counts, and hides the others even if nobody may run it. */
export function runnablePlugin(name: string, env: Environment): string | undefined {
  const file = pluginFile(name, env)
  return file !== undefined && tryOrUndefined(() => accessSync(file, constants.X_OK) ?? true) ? file : undefined
}

/** A sentence about the first place where a plugin may be and this user may not look, or may not run it. */
export function hiddenPlugin(name: string, env: Environment): string | undefined {
  const blocker = pluginFiles(name, env)
    .map((file) => blockingPath(file, 'execute'))
    .find((found) => found !== undefined)
  if (blocker === undefined) return undefined
  return `There may be a plugin docker-${name} that ${thisUser()} may not run. Of ${blocker}: ${ownerOf(blocker)}. ${ownerCure(blocker)}.`
}
