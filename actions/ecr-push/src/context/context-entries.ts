import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import type { IgnoreRules, Verdict } from './ignore-rules.ts'
import type { Pace } from './pace.ts'

/** Something in the build context. */
export interface ContextEntry {
  /** From the context, with `/`. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
}

/** How a context is walked. */
export interface ContextWalk {
  readonly rules: IgnoreRules
  /** The classic builder does not send sockets; BuildKit sends an empty file in place of one. */
  readonly skipsSockets: boolean
  readonly pace: Pace
  /** Looks at a folder, empty for the context itself, before it is entered; one that it says no to is not. */
  readonly mayEnter?: (folder: string) => boolean
  /** Where nobody reads contents, what has none is left out instead of refused. */
  readonly skipsOthers?: boolean
}

function kindOf(entry: Dirent): ContextEntry['kind'] | 'socket' | 'FIFO' | 'device' {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  if (entry.isSymbolicLink()) return 'link'
  if (entry.isSocket()) return 'socket'
  return entry.isFIFO() ? 'FIFO' : 'device'
}

const odd = (path: string, kind: string) =>
  new Failure(
    `Input 'skip_if_exists' is 'inputs', and the build context has ${JSON.stringify(path)}, a ${kind}, which has no content that could be compared. Remove it, or exclude it in .dockerignore.`,
  )

/** Adds what is in one folder, as far as the rules let it pass. */
async function addEntries(found: ContextEntry[], context: string, folder: string, walk: ContextWalk, above?: Verdict) {
  const { rules, pace, skipsSockets, skipsOthers } = walk
  if (walk.mayEnter?.(folder) === false) return
  for (const each of readdirSync(join(context, folder), { withFileTypes: true })) {
    if (pace.isDue()) await pace.rest()
    const path = folder === '' ? each.name : `${folder}/${each.name}`
    const kind = kindOf(each)
    const verdict = rules.judge(path, above)
    if (verdict.ignored && (kind !== 'folder' || !verdict.entered)) continue
    if (kind === 'socket' && skipsSockets) continue
    if (kind === 'socket' || kind === 'FIFO' || kind === 'device') {
      if (skipsOthers) continue
      throw odd(path, kind)
    }
    const length = found.push({ path, kind })
    if (kind !== 'folder') continue
    await addEntries(found, context, path, walk, verdict)
    if (verdict.ignored && !rules.keepsEmpty && found.length === length) found.pop()
  }
}

/**
 * What Docker sends of a context. A folder that is ignored comes along where something in it does not.
 *
 * @throws {Failure} for what is neither file, folder nor link
 */
export async function contextEntries(context: string, walk: ContextWalk): Promise<ContextEntry[]> {
  const found: ContextEntry[] = []
  await addEntries(found, context, '', walk)
  return found
}
