import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import type { IgnoreRules, Verdict } from './ignore-rules.ts'
import type { Pace } from './pace.ts'

/** An entry in the build context. */
export interface ContextEntry {
  /** Path relative to the context, with `/`. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
}

/** How to walk a context. */
export interface ContextWalk {
  readonly rules: IgnoreRules
  /** The classic builder does not send sockets; BuildKit sends an empty file instead. */
  readonly skipsSockets: boolean
  readonly pace: Pace
  /** Decides whether to enter a folder; empty for the context itself. */
  readonly mayEnter?: (folder: string) => boolean
  /** Receives a folder that the rules exclude as a whole. */
  readonly skipped?: (folder: string) => void
  /** If contents are not read, entries without content are skipped instead of rejected. */
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
    `Input 'skip_if_exists' is 'inputs', and the build context has ${JSON.stringify(path)}, a ${kind}, which has no comparable content. Remove it, or exclude it in .dockerignore.`,
  )

/** Adds the content of one folder that the rules include. */
async function addEntries(found: ContextEntry[], context: string, folder: string, walk: ContextWalk, above?: Verdict) {
  const { rules, pace, skipsSockets, skipsOthers } = walk
  if (walk.mayEnter?.(folder) === false) return
  for (const each of readdirSync(join(context, folder), { withFileTypes: true })) {
    if (pace.isDue()) await pace.rest()
    const path = folder === '' ? each.name : `${folder}/${each.name}`
    const kind = kindOf(each)
    const verdict = rules.judge(path, above)
    if (verdict.ignored && (kind !== 'folder' || !verdict.entered)) {
      if (kind === 'folder') walk.skipped?.(path)
      continue
    }
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
 * The entries of a context that Docker sends. An ignored folder is included if something in it is.
 *
 * @throws {Failure} for anything that is not a file, folder or link
 */
export async function contextEntries(context: string, walk: ContextWalk): Promise<ContextEntry[]> {
  const found: ContextEntry[] = []
  await addEntries(found, context, '', walk)
  return found
}
