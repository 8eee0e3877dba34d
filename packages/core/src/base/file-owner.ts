import { accessSync, constants, lstatSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { tryOrUndefined } from './try-or-undefined.ts'

/** The required access to a file or folder. */
export type Access = 'read' | 'write' | 'execute'

const MODES: Readonly<Record<Access, number>> = {
  read: constants.R_OK,
  write: constants.W_OK,
  execute: constants.X_OK,
}

/** CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const READS_ALL = 0b110n

/** Whether this process can read every file, like root with root's capabilities. */
export function readsEverything(): boolean {
  const status = tryOrUndefined(() => readFileSync('/proc/self/status', 'latin1'))
  const [, effective] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? '') ?? []
  return effective !== undefined && (BigInt(`0x${effective}`) & READS_ALL) !== 0n
}

const may = (path: string, mode: number): boolean => tryOrUndefined(() => accessSync(path, mode) ?? true) === true

/**
 * Returns what denies this user access to `path`: the first folder above it that cannot be entered, otherwise the file
 * itself.
 *
 * To write a file that does not exist, its folder must be writable.
 *
 * @returns an absolute path; `undefined` if nothing denies access, or if there is nothing to read
 */
export function blockingPath(path: string, access: Access = 'read'): string | undefined {
  const whole = resolve(path)
  const folders: string[] = []
  for (let at = dirname(whole); at !== dirname(at); at = dirname(at)) folders.unshift(at)
  const isFolder = (folder: string) => tryOrUndefined(() => statSync(folder).isDirectory()) === true
  const closed = folders.find((folder) => isFolder(folder) && !may(folder, constants.X_OK))
  if (closed !== undefined) return closed
  const found = tryOrUndefined(() => statSync(whole))
  if (found === undefined) return access === 'write' ? blockingPath(dirname(whole), access) : undefined
  const mode = MODES[access] | (found.isDirectory() ? constants.X_OK : 0)
  return may(whole, mode) ? undefined : whole
}

/** A user for display: root by name, all others by ID. */
const userName = (uid: number): string => (uid === 0 ? 'root' : `user ${uid}`)

/** The user of this process. */
export const thisUser = (): string => userName(process.getuid?.() ?? 0)

/** Whether `path` may be read, and is on a file system that nobody may write to. */
function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    return may(path, constants.R_OK) && isFileError(error) && error.code === 'EROFS'
  }
}

/** Whether `path` belongs to another user than this process's. */
export const isForeign = (path: string): boolean => tryOrUndefined(() => statSync(path).uid) !== process.getuid?.()

/** The owner and mode of `path`, as the end of a sentence: `it belongs to root and has mode 0600`. */
export function ownerOf(path: string): string {
  if (isReadOnly(path)) return 'its file system is read-only'
  const found = tryOrUndefined(() => statSync(path)) ?? lstatSync(path)
  return `it belongs to ${userName(found.uid)} and has mode ${(found.mode & 0o7777).toString(8).padStart(4, '0')}`
}

/** System folders; changing their owner would break the system. */
const isOfSystem = (path: string): boolean =>
  /^\/[^/]*$|^\/(?:bin|boot|dev|etc|lib\w*|proc|root|run|sbin|sys|usr)\//.test(path)

/** Safe to paste into a shell; a name in the workspace may contain anything. */
const isPlain = (path: string): boolean => /^[\w./@+:=-]+$/.test(path)

/** Permission bits that the owner of a file needs. */
const OWNER_BITS: Readonly<Record<Access, number>> = { read: 0o400, write: 0o600, execute: 0o500 }

/**
 * The command, as a sentence without a period, that changes the owner of `path` and its contents to this user.
 *
 * @param found the file in it that shows whether the owner, the mode or both are wrong
 * @param access the kind of access to that file that is wanted
 */
export function ownerCure(path: string, found = path, access: Access = 'read'): string {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()]
  if (isReadOnly(found)) return 'Mount it writable, or use another folder'
  if (isOfSystem(path)) return `Use another folder, or have the user ${uid} let into that one`
  if (!isPlain(path)) return `Give it to the user ${uid}, with its contents`
  const stats = tryOrUndefined(() => statSync(found))
  const isOurs = stats?.uid === uid
  const needed = stats?.isDirectory() ? 0o700 : OWNER_BITS[access]
  const lacksMode = stats !== undefined && (stats.mode & needed) !== needed
  // The X of chmod makes no file executable that nobody may run.
  const mode = access === 'execute' && !stats?.isDirectory() ? 'u+rwx' : 'u+rwX'
  const commands = [
    ...(isOurs ? [] : [`sudo chown -R ${uid}:${gid} ${path}`]),
    ...(isOurs || lacksMode ? [`chmod -R ${mode} ${path}`] : []),
  ]
  return `Run '${commands.join(' && ')}'`
}

/** A command of root for `path`, as a sentence without its full stop. */
export const rootCommand = (command: string, path: string): string =>
  isPlain(path) ? `Run 'sudo ${command} ${path}'` : `Have root run '${command}' for it`

/** System error codes for missing permissions, which any file or folder can cause. */
const REFUSED: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS'])

/** What denies access to a path, for any kind of access. */
const anyBlockingPath = (path: string): string | undefined =>
  blockingPath(path) ?? blockingPath(path, 'write') ?? blockingPath(dirname(resolve(path)), 'write')

/** A file system error as `node:fs` throws it. */
const isFileError = (error: unknown): error is Error & { readonly code: unknown; readonly path: string } =>
  error instanceof Error && 'code' in error && 'path' in error && typeof error.path === 'string'

/**
 * Explains a permission error: the owner of the file, and what to change, in complete sentences; `undefined` for other
 * errors.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!isFileError(error) || !REFUSED.has(error.code)) return undefined
  const told = error.message.replaceAll(/\s+/g, ' ')
  if (error.code === 'EROFS') return `${told}. Its file system is read-only: mount it writable, or use another folder.`
  const blocker = anyBlockingPath(error.path)
  if (blocker === undefined) return `${told}. Fix the owner or the permissions of that file or folder.`
  return `${told}. Of ${blocker}: ${ownerOf(blocker)}. ${ownerCure(blocker)}.`
}
