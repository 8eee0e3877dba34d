import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readText } from '@container-actions/core'

/** The last response and its ETag, with which GitHub reports that it has not changed. */
export interface Cached {
  readonly etag: string
  readonly answer: unknown
}

/** Reads the response that an earlier run cached; a missing or foreign file counts as no response. */
export function readCache(file: string): Cached | undefined {
  try {
    const { etag, answer } = JSON.parse(readText(file)) as Partial<Cached>
    return typeof etag === 'string' && answer !== undefined ? { etag, answer } : undefined
  } catch {
    return undefined
  }
}

/**
 * Caches a response; concurrent jobs may do so at the same time. If the folder is not writable, the next run sends the
 * request again.
 */
export function writeCache(file: string, cached: Cached): void {
  const part = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(part, JSON.stringify(cached))
    renameSync(part, file)
  } catch {
    // The cache is optional.
  }
}
