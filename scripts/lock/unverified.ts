import { existsSync } from 'node:fs'
import { join } from 'node:path'

interface LockEntry {
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
}

/** Path of each package below the root, such as `node_modules/turbo`, to what the lock file says of it. */
export type Lock = Readonly<Record<string, LockEntry>>

export const parseLock = (text: string): Lock => (JSON.parse(text) as { packages: Lock }).packages

/**
 * Programs of the linter and of the task runner for platforms that nobody builds a release on. Not every registry serves
 * them, so that their hashes were not to be had when the lock file was written.
 */
const KNOWN =
  /^node_modules\/(?:@biomejs\/cli-(?:android-(?:arm64|x64)|darwin-(?:arm64|x64)|linux-(?:arm64|x64)-musl|win32-(?:arm64|x64))|@turbo\/(?:darwin|windows)-(?:64|arm64))$/

/** The packages that npm takes without looking at what they hold. */
const unverified = (lock: Lock): string[] =>
  Object.entries(lock)
    .filter(([path, { integrity, link }]) => path.includes('node_modules/') && !link && integrity === undefined)
    .map(([path]) => path)

/** Those that are not known to have no hash, or that are installed on every platform. */
export const newUnverified = (lock: Lock): string[] =>
  unverified(lock).filter((path) => !KNOWN.test(path) || lock[path]?.optional !== true)

/** Those that are installed at `root`, and may have a part in what is built there. */
export const installedUnverified = (lock: Lock, root: string): string[] =>
  unverified(lock).filter((path) => existsSync(join(root, path)))
