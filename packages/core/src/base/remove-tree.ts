import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { reason } from './failure.ts'
import { blockingPath, ownerOf, rootCommand } from './file-owner.ts'
import { tryOrUndefined } from './try-or-undefined.ts'

/** Something that could not be removed, and the error of the attempt. */
export interface Left {
  readonly path: string
  readonly error: unknown
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

/** Empties a file whose folder does not let go of it: what may be secret is in its content. */
function empty(file: string): void {
  tryOrUndefined(() => closeSync(openSync(file, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW)))
}

/** @returns whether it is gone */
function attempt(path: string, left: Left[], work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    left.push({ path, error })
    return false
  }
}

/** What is in a folder, which this user may have closed to itself. */
function entriesOf(folder: string): Dirent[] {
  const mode = constants.R_OK | constants.W_OK | constants.X_OK
  if (tryOrUndefined(() => accessSync(folder, mode) ?? true) === undefined)
    tryOrUndefined(() => chmodSync(folder, 0o700))
  return readdirSync(folder, { withFileTypes: true })
}

function removeFolder(folder: string, left: Left[]): void {
  const before = left.length
  try {
    removeEntries(folder, entriesOf(folder), left)
  } catch (error) {
    // One that is empty can be removed without being read.
    if (tryOrUndefined(() => rmdirSync(folder) ?? true) === undefined && codeOf(error) !== 'ENOENT') {
      left.push({ path: folder, error })
    }
    return
  }
  if (left.length === before) attempt(folder, left, () => rmdirSync(folder))
}

function removeEntries(folder: string, entries: readonly Dirent[], left: Left[]): void {
  const isFolder = (entry: Dirent) => entry.isDirectory()
  for (const { name } of entries.filter((entry) => !isFolder(entry))) {
    const file = join(folder, name)
    if (!attempt(file, left, () => unlinkSync(file))) empty(file)
  }
  for (const { name } of entries.filter(isFolder)) removeFolder(join(folder, name), left)
}

/**
 * Removes what is in a folder, files before folders, and goes on after what this user may not remove.
 *
 * @param keep the name of an entry of the folder that stays
 * @returns what is left
 */
export function removeContents(folder: string, keep: string): Left[] {
  const left: Left[] = []
  const entries = entriesOf(folder).filter(({ name }) => name !== keep)
  removeEntries(folder, entries, left)
  return left
}

/** Why something is left, and how the folder `whole` around it can be removed: whole sentences but for the last full stop. */
export function whyLeft({ path, error }: Left, whole: string): string {
  const obstacle = blockingPath(dirname(path), 'write') ?? blockingPath(path)
  const whose = obstacle === undefined ? reason(error) : `Of ${obstacle}: ${ownerOf(obstacle)}`
  return `${whose}. ${rootCommand('rm -rf', whole)}`
}

/** Removes a file, or empties it where that is all that this user may do. @throws the error of a file that stays */
export function removeFile(file: string): void {
  const left: Left[] = []
  if (attempt(file, left, () => unlinkSync(file))) return
  empty(file)
  throw left[0]?.error
}
