import { lchownSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Who a process runs as. */
export interface User {
  readonly uid: number
  readonly gid: number
  /** Further groups. */
  readonly groups?: readonly number[]
  /** What a new file does not let others do. */
  readonly umask?: number
}

/** The user and group that owns nothing. */
export const NOBODY = 65534

/** The group that Docker's socket is for. */
export const DOCKER_GROUP = 2375

/** The user of a self-hosted runner, who may use Docker. */
export const RUNNER: User = { uid: 1001, gid: 1001, groups: [DOCKER_GROUP] }

/**
 * Options of node that make a script run as this user. The rights are dropped inside the process, so that node itself may
 * lie where the user cannot go; the script may not. Needs root.
 */
export function asUser({ uid, gid, groups = [], umask = 0o022 }: User): readonly string[] {
  const drop = `process.setgroups([${[gid, ...groups]}]); process.setgid(${gid}); process.setuid(${uid}); process.umask(${umask})`
  return ['--import', `data:text/javascript,${drop}`]
}

export const AS_NOBODY: readonly string[] = asUser({ uid: NOBODY, gid: NOBODY })

/** The folders of a PATH that other users may enter. */
export const openPath = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(`${homedir()}/`))
    .join(delimiter)

/** Gives a folder, and all that is in it, to a user. */
export function giveTo({ uid, gid }: Pick<User, 'uid' | 'gid'>, path: string): void {
  lchownSync(path, uid, gid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveTo({ uid, gid }, join(path, entry.name))
    else lchownSync(join(path, entry.name), uid, gid)
  }
}
