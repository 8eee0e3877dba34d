import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the install scripts store downloads; scripts/install/cache.sh applies the same rule. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cacheHome = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache')
  return env['CONTAINER_ACTIONS_CACHE'] || join(cacheHome, 'container-actions')
}
