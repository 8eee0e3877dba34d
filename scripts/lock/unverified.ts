import { existsSync } from 'node:fs'
import { join } from 'node:path'

interface LockEntry {
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
}

/** Maps the path of each package, such as `node_modules/turbo`, to its entry in the lock file. */
export type Lock = Readonly<Record<string, LockEntry>>

export const parseLock = (text: string): Lock => (JSON.parse(text) as { packages: Lock }).packages

/**
 * Binaries of the linter and the task runner for platforms on which releases are never built. Not every registry serves
 * them, so their hashes were unavailable when the lock file was written.
 */
const KNOWN =
  /^node_modules\/(?:@biomejs\/cli-(?:android-(?:arm64|x64)|darwin-(?:arm64|x64)|linux-(?:arm64|x64)-musl|win32-(?:arm64|x64))|@turbo\/(?:darwin|windows)-(?:64|arm64))$/

/** The packages that npm installs without verifying their content. */
const unverified = (lock: Lock): string[] =>
  Object.entries(lock)
    .filter(([path, { integrity, link }]) => path.includes('node_modules/') && !link && integrity === undefined)
    .map(([path]) => path)

/** Unverified packages that are not on the list, or that are installed on every platform. */
export const newUnverified = (lock: Lock): string[] =>
  unverified(lock).filter((path) => !KNOWN.test(path) || lock[path]?.optional !== true)

/** Unverified packages that are installed at `root`, and may affect what is built there. */
export const installedUnverified = (lock: Lock, root: string): string[] =>
  unverified(lock).filter((path) => existsSync(join(root, path)))
