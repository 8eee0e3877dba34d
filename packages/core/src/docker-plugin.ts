import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readDockerConfig } from './docker-config-file.ts'
import { configFolder } from './docker-daemon/context.ts'
import type { Environment } from './environment.ts'
import { orNothing } from './or-nothing.ts'

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
 * The program of a plugin of the docker CLI, found in the CLI's own order; `undefined` where it is in none of the usual
 * folders, which does not mean that the CLI, which may be built with others, has none.
 */
export function pluginFile(name: string, env: Environment): string | undefined {
  const folder = configFolder(env)
  const extra = orNothing(() => readDockerConfig(join(folder, 'config.json')))?.['cliPluginsExtraDirs']
  const folders = [...(Array.isArray(extra) ? extra.map(String) : []), join(folder, 'cli-plugins'), ...SYSTEM_FOLDERS]
  return folders.map((each) => join(each, `docker-${name}`)).find((file) => existsSync(file))
}
