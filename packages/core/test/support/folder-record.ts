import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What is kept of one entry of a folder, as one line. */
function recordOf(path: string): string {
  const { mode, uid, gid, mtimeNs, rdev } = lstatSync(path, { bigint: true })
  const who = `${mode.toString(8)} ${uid}:${gid}`
  const kind = Number(mode) & 0o170000
  if (kind === 0o040000) return who
  if (kind === 0o120000) return `${who} ${mtimeNs} -> ${readlinkSync(path)}`
  // A pipe would be waited for.
  if (kind !== 0o100000) return `${who} ${mtimeNs} ${rdev}`
  return `${who} ${mtimeNs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
}

/**
 * All that is in a folder, by path: mode and owner, and but for folders the time of the last change and the content, or
 * the target of a link. Two records are equal where nothing was added, changed, replaced or removed in between.
 *
 * @param leaveOut paths, relative to the folder, that are others' to change
 */
export function recordFolder(
  folder: string,
  leaveOut: (path: string) => boolean = () => false,
): Record<string, string> {
  const record: Record<string, string> = { '.': recordOf(folder) }
  const add = (inside: string) => {
    for (const name of readdirSync(join(folder, inside)).sort()) {
      const path = join(inside, name)
      if (leaveOut(path)) continue
      record[path] = recordOf(join(folder, path))
      if (lstatSync(join(folder, path)).isDirectory()) add(path)
    }
  }
  add('')
  return record
}
