import { existsSync, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { readMounts } from './process-list.ts'
import { isMounted } from './process-text.ts'

/** What exists at the path of a socket. */
export type SocketFile =
  | { readonly kind: 'missing' /** Target of a link at this path. */; readonly linkTo?: string }
  /** The folder is missing too; `nearest` is the closest one that exists. */
  | { readonly kind: 'no_folder'; readonly nearest: string }
  | { readonly kind: 'folder' | 'file' | 'other' }
  /** A folder in the path may not be entered. */
  | { readonly kind: 'hidden'; readonly owner: Owner; readonly folder: string }
  | {
      readonly kind: 'socket'
      readonly owner: Owner /** Differs for another socket at the same path. */
      readonly identity: string
    }

export interface Owner {
  readonly uid: number
  readonly gid: number
  /** The permission bits. */
  readonly mode: number
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const ownerOf = (stats: Stats): Owner => ({ uid: stats.uid, gid: stats.gid, mode: stats.mode & 0o7777 })

/** The closest folder above `path` that exists. */
export function nearestFolder(path: string): string {
  let folder = dirname(resolve(path))
  while (folder !== '/' && tryOrUndefined(() => statSync(folder))?.isDirectory() !== true) folder = dirname(folder)
  return folder
}

/** The absolute target of the link at `path`; `undefined` if it is not a link. */
export function linkTarget(path: string): string | undefined {
  const target = tryOrUndefined(() => readlinkSync(path))
  return target === undefined ? undefined : resolve(dirname(path), target)
}

function missing(path: string): SocketFile {
  const linkTo = tryOrUndefined(() => lstatSync(path)) === undefined ? undefined : linkTarget(path)
  if (linkTo !== undefined) return { kind: 'missing', linkTo }
  const nearest = nearestFolder(path)
  return nearest === dirname(resolve(path)) ? { kind: 'missing' } : { kind: 'no_folder', nearest }
}

function hidden(path: string): SocketFile {
  let folder = dirname(resolve(path))
  while (folder !== '/' && tryOrUndefined(() => statSync(folder)) === undefined) folder = dirname(folder)
  return { kind: 'hidden', owner: ownerOf(statSync(folder)), folder }
}

/** Inspects the path of a socket; connect() reports a folder, a file and a stale socket all as ECONNREFUSED. */
export function lookAt(path: string): SocketFile {
  let stats: Stats
  try {
    stats = statSync(path)
  } catch (error) {
    return codeOf(error) === 'EACCES' ? hidden(path) : missing(path)
  }
  if (stats.isSocket())
    return { kind: 'socket', owner: ownerOf(stats), identity: `${stats.dev}:${stats.ino}:${stats.birthtimeMs}` }
  if (stats.isDirectory()) return { kind: 'folder' }
  return { kind: stats.isFile() ? 'file' : 'other' }
}

/** Whether a path is itself a mount, so that its replacement by a new daemon is not visible. */
export function isMountedItself(path: string): boolean {
  if (!existsSync(path)) return false
  return isMounted(readMounts(), join(realpathSync(dirname(path)), basename(path)))
}
