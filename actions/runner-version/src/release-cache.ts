import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readText } from '@container-actions/core'

/** The last answer, and the ETag by which GitHub says that it is still the same. */
export interface Cached {
  readonly etag: string
  readonly answer: unknown
}

/** The answer that an earlier run kept; a file that is not there, or is none of ours, is no answer. */
export function readCache(file: string): Cached | undefined {
  try {
    const { etag, answer } = JSON.parse(readText(file)) as Partial<Cached>
    return typeof etag === 'string' && answer !== undefined ? { etag, answer } : undefined
  } catch {
    return undefined
  }
}

/** Keeps an answer; jobs side by side may do so at once. Where the folder cannot be written, the next run asks again. */
export function writeCache(file: string, cached: Cached): void {
  const part = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(part, JSON.stringify(cached))
    renameSync(part, file)
  } catch {
    // A cache is a help, no part of the result.
  }
}
