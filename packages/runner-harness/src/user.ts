import { lchownSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The user that a process runs as. */
export interface User {
  readonly uid: number
  readonly gid: number
  /** Supplementary groups. */
  readonly groups?: readonly number[]
  /** Permissions that new files do not grant. */
  readonly umask?: number
}

/** The user and group that owns no files. */
export const NOBODY = 65534

/** The group of Docker's socket. */
export const DOCKER_GROUP = 2375

/** The user of a self-hosted runner, who may use Docker. */
export const RUNNER: User = { uid: 1001, gid: 1001, groups: [DOCKER_GROUP] }

/**
 * Node options that make a script run as this user. Privileges are dropped inside the process, so Node itself may be in
 * a folder that the user cannot access; the script may not. Requires root.
 */
export function asUser({ uid, gid, groups = [], umask = 0o022 }: User): readonly string[] {
  const drop = `process.setgroups([${[gid, ...groups]}]); process.setgid(${gid}); process.setuid(${uid}); process.umask(${umask})`
  return ['--import', `data:text/javascript,${drop}`]
}

export const AS_NOBODY: readonly string[] = asUser({ uid: NOBODY, gid: NOBODY })

/** The folders of a PATH that other users can access. */
export const openPath = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(`${homedir()}/`))
    .join(delimiter)

/** Changes the owner of a folder and everything in it. */
export function giveTo({ uid, gid }: Pick<User, 'uid' | 'gid'>, path: string): void {
  lchownSync(path, uid, gid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveTo({ uid, gid }, join(path, entry.name))
    else lchownSync(join(path, entry.name), uid, gid)
  }
}
