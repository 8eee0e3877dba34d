import { createHash } from 'node:crypto'
import { lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, fileReason } from '@container-actions/core'
import { type ContextEntry, contextEntries } from './context-entries.ts'
import { fileHash } from './file-hash.ts'
import type { IgnoreDialect } from './ignore-rules.ts'
import { contextRules } from './ignore-source.ts'
import { Pace } from './pace.ts'

/** A local build context, and the client that reads it. */
export interface LocalContext {
  readonly context: string
  readonly dockerfile: string
  readonly dialect: IgnoreDialect
}

/** The entries of a build context that Docker sends. */
export function sentEntries({ context, dockerfile, dialect }: LocalContext, pace: Pace): Promise<ContextEntry[]> {
  const rules = contextRules(context, dockerfile, dialect)
  return contextEntries(context, { rules, pace, skipsSockets: dialect === 'classic' })
}

async function describe(context: string, { path, kind }: ContextEntry, pace: Pace): Promise<readonly unknown[]> {
  const file = join(context, path)
  if (kind === 'link') return [path, kind, readlinkSync(file)]
  if (kind === 'folder') return [path, kind, lstatSync(file).mode & 0o7777]
  const { mode, sha256 } = await fileHash(file, pace)
  return [path, kind, mode, sha256]
}

async function hashOf(local: LocalContext, pace: Pace): Promise<string> {
  const entries = await sentEntries(local, pace)
  entries.sort((one, other) => (one.path < other.path ? -1 : 1))
  const whole = createHash('sha256')
  for (const entry of entries) {
    if (pace.isDue()) await pace.rest()
    whole.update(`${JSON.stringify(await describe(local.context, entry, pace))}\n`)
  }
  return whole.digest('hex')
}

/**
 * A hash of what Docker would send of a build context: names, contents, permissions and links, but nothing that differs
 * between two checkouts of the same commit, such as times and owners.
 *
 * @throws the abort reason of the signal
 */
export async function contextHash(local: LocalContext, signal: AbortSignal): Promise<string> {
  try {
    return await hashOf(local, new Pace(signal))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Failure) throw error
    const { context } = local
    throw new Failure(`The build context ${JSON.stringify(context)} cannot be read: ${fileReason(error)}`, {
      cause: error,
    })
  }
}
