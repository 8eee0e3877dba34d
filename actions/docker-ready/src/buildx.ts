import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { configFolder, type Environment, readText } from '@container-actions/core'

/** System folders where the docker CLI on Linux and macOS looks for plugins, after the user's own, in order. */
const SYSTEM_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
]

function extraFolders(config: string): string[] {
  try {
    const { cliPluginsExtraDirs }: { cliPluginsExtraDirs?: unknown } = JSON.parse(readText(join(config, 'config.json')))
    return Array.isArray(cliPluginsExtraDirs) ? cliPluginsExtraDirs.filter((folder) => typeof folder === 'string') : []
  } catch {
    return []
  }
}

/** Folders in which the docker CLI looks for plugins. */
function pluginFolders(env: Environment): string[] {
  const config = configFolder(env)
  return [join(config, 'cli-plugins'), ...extraFolders(config), ...SYSTEM_FOLDERS]
}

/** Finds the docker CLI's buildx plugin without running anything. */
export function findBuildx(env: Environment): string | undefined {
  return pluginFolders(env)
    .map((folder) => join(folder, 'docker-buildx'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
