import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readMounts } from './process-list.ts'
import { isMounted } from './process-text.ts'

/** Whether a path is a mount of its own, so that what a new daemon puts there cannot be seen. */
export function isMountedItself(path: string): boolean {
  if (!existsSync(path)) return false
  return isMounted(readMounts(), join(realpathSync(dirname(path)), basename(path)))
}
