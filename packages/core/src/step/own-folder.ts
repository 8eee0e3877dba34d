import { randomBytes, randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readlinkSync, realpathSync, rmdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { reason } from '../base/failure.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { actionHomeIn, mountedHome } from './action-home.ts'

/** A folder that this project made below RUNNER_TEMP, told from all others by the random id in its mark. */
export interface OwnFolder {
  readonly path: string
  readonly mark: string
}

/** The link in the folder whose target is its mark: unlike a file, it is there whole or not at all. */
const MARK = '.container-actions'

/** How the name of a planned folder ends. */
const PLANNED = /-[0-9a-f]{12}$/

const parentOf = (env: Environment): string => resolve(env['RUNNER_TEMP'] || tmpdir())

/** Where such a folder may be: in RUNNER_TEMP, or in the home of docker actions that is in it. */
function parentsOf(env: Environment): string[] {
  const temp = parentOf(env)
  return [temp, actionHomeIn(temp), mountedHome(temp) ?? temp]
}

/**
 * Name and mark of a folder that is not there yet, for the state: a step can be killed right after it is made.
 *
 * @param parent where it is to be; RUNNER_TEMP without it
 */
export const planFolder = (prefix: string, env: Environment, parent = parentOf(env)): OwnFolder => ({
  path: join(parent, `${prefix}-${randomBytes(6).toString('hex')}`),
  mark: randomUUID(),
})

/** Makes the folder, for this user alone. */
export function makeFolder({ path, mark }: OwnFolder): void {
  mkdirSync(dirname(path), { recursive: true })
  mkdirSync(path, { mode: 0o700 })
  symlinkSync(mark, join(path, MARK))
}

/** What keeps a folder from being one of ours, whatever its mark is; `undefined` for nothing. */
function foreignness(path: string, env: Environment): string | undefined {
  const isIn = (parent: string) => tryOrUndefined(() => realpathSync(dirname(path)) === realpathSync(parent)) === true
  if (path !== resolve(path) || !parentsOf(env).some(isIn)) return 'it is not below RUNNER_TEMP'
  const found = lstatSync(path)
  if (!found.isDirectory()) return 'it is not a folder'
  if (process.getuid !== undefined && found.uid !== process.getuid()) return `it belongs to the user ${found.uid}`
  return undefined
}

/** The folder at `path` with its mark; `undefined` where nobody of ours made it, for this user and below RUNNER_TEMP. */
export function ownFolderAt(path: string, prefix: string, env: Environment): OwnFolder | undefined {
  return tryOrUndefined(() => {
    if (!basename(path).startsWith(`${prefix}-`) || foreignness(path, env) !== undefined) return undefined
    return { path, mark: readlinkSync(join(path, MARK)) }
  })
}

/**
 * Removes the folder with all that is in it, where it has its mark.
 *
 * @returns why it is left; `undefined` where it is gone
 */
export function removeFolder({ path, mark }: OwnFolder, env: Environment): string | undefined {
  try {
    // Below what is no folder, there is none either.
    if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) return undefined
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
    const foreign = foreignness(path, env)
    if (foreign !== undefined) return foreign
    if (tryOrUndefined(() => readlinkSync(join(path, MARK))) === mark) rmSync(path, { recursive: true })
    // Killed between making it and marking it: it is empty then, and has a name by `planFolder`.
    else if (!PLANNED.test(path) || tryOrUndefined(() => rmdirSync(path) ?? true) === undefined) {
      return 'this step did not make it'
    }
    return undefined
  } catch (error) {
    return reason(error)
  }
}
