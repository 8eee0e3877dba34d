import { randomBytes, randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readlinkSync, realpathSync, rmdirSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { reason } from '../base/failure.ts'
import { rootCommand, thisUser } from '../base/file-owner.ts'
import { removeContents, whyLeft } from '../base/remove-tree.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { actionHomeIn, mountedHome } from './action-home.ts'

/** A folder created by this project below RUNNER_TEMP, identified by the random ID in its mark. */
export interface OwnFolder {
  readonly path: string
  readonly mark: string
}

/** The link in the folder whose target is its mark: unlike a file, it is created atomically. */
const MARK = '.container-actions'

/** Suffix of the name of a planned folder. */
const PLANNED = /-[0-9a-f]{12}$/

const parentOf = (env: Environment): string => resolve(env['RUNNER_TEMP'] || tmpdir())

/** Where such a folder may be: in RUNNER_TEMP, or in the home folder of Docker container actions inside it. */
function parentsOf(env: Environment): string[] {
  const temp = parentOf(env)
  return [temp, actionHomeIn(temp), mountedHome(temp) ?? temp]
}

/**
 * Name and mark of a folder that does not exist yet, for the state: a step can be killed right after creating it.
 *
 * @param parent the parent folder; defaults to RUNNER_TEMP
 */
export const planFolder = (prefix: string, env: Environment, parent = parentOf(env)): OwnFolder => ({
  path: join(parent, `${prefix}-${randomBytes(6).toString('hex')}`),
  mark: randomUUID(),
})

/** Creates the folder, accessible only to this user. */
export function makeFolder({ path, mark }: OwnFolder): void {
  mkdirSync(dirname(path), { recursive: true })
  mkdirSync(path, { mode: 0o700 })
  symlinkSync(mark, join(path, MARK))
}

/** Why a folder cannot be one of ours, whatever its mark; `undefined` if it can. */
function foreignness(path: string, env: Environment): string | undefined {
  const isIn = (parent: string) => tryOrUndefined(() => realpathSync(dirname(path)) === realpathSync(parent)) === true
  if (path !== resolve(path) || !parentsOf(env).some(isIn)) return 'it is not below RUNNER_TEMP'
  const found = lstatSync(path)
  if (!found.isDirectory()) return 'it is not a folder'
  if (process.getuid === undefined || found.uid === process.getuid()) return undefined
  // A name that a step has planned is nobody else's.
  const cure = PLANNED.test(path) ? `. ${rootCommand('rm -rf', path)}` : ''
  return `it belongs to the user ${found.uid}${cure}`
}

/**
 * The folder at `path` with its mark; `undefined` if this project did not create it, for this user and below
 * RUNNER_TEMP.
 */
export function ownFolderAt(path: string, prefix: string, env: Environment): OwnFolder | undefined {
  return tryOrUndefined(() => {
    if (!basename(path).startsWith(`${prefix}-`) || foreignness(path, env) !== undefined) return undefined
    return { path, mark: readlinkSync(join(path, MARK)) }
  })
}

/**
 * Removes what is in the folder, and then the folder. One of which something has to stay keeps its mark.
 *
 * @returns why it is left; `undefined` where it is gone
 */
function removeOwn(path: string): string | undefined {
  const [first, ...others] = removeContents(path, MARK)
  if (first === undefined) {
    unlinkSync(join(path, MARK))
    rmdirSync(path)
    return undefined
  }
  const shown = `${relative(path, first.path)}${others.length === 0 ? '' : ` and ${others.length} more`}`
  return `${thisUser()} may not remove ${shown} in it. ${whyLeft(first, path)}`
}

/**
 * Removes the folder with all that is in it, where it has its mark; what cannot be removed keeps nothing else.
 *
 * @returns why it was not removed; `undefined` if it is gone
 */
export function removeFolder({ path, mark }: OwnFolder, env: Environment): string | undefined {
  try {
    // If the parent is not a folder, there is nothing to remove.
    if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) return undefined
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
    const foreign = foreignness(path, env)
    if (foreign !== undefined) return foreign
    if (tryOrUndefined(() => readlinkSync(join(path, MARK))) === mark) return removeOwn(path)
    // Killed between making it and marking it: it is empty then, and has a name by `planFolder`.
    const isEmpty = PLANNED.test(path) && tryOrUndefined(() => rmdirSync(path) ?? true) !== undefined
    return isEmpty ? undefined : 'this step did not make it'
  } catch (error) {
    return reason(error)
  }
}
