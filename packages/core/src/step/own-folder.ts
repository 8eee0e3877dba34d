import { randomBytes, randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readlinkSync, realpathSync, rmdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { reason } from '../base/failure.ts'
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
  if (process.getuid !== undefined && found.uid !== process.getuid()) return `it belongs to the user ${found.uid}`
  return undefined
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
 * Removes the folder and its contents, if it has its mark.
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
    if (tryOrUndefined(() => readlinkSync(join(path, MARK))) === mark) rmSync(path, { recursive: true })
    // The step was killed between creating and marking it: the folder is then empty and has a name from `planFolder`.
    else if (!PLANNED.test(path) || tryOrUndefined(() => rmdirSync(path) ?? true) === undefined) {
      return 'this step did not make it'
    }
    return undefined
  } catch (error) {
    return reason(error)
  }
}
