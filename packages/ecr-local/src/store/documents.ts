import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WriteQueue } from './write-queue.ts'

/** Writes a file atomically: a reader, or a restart, sees the old content or the new one, never a part. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}.new`
  await writeFile(draft, content, { mode: 0o600 })
  await rename(draft, path)
}

export const namesIn = async (folder: string) => (await unlessMissing(readdir(folder))) ?? []

/** @returns undefined if the file was never written */
export async function readJson(path: string): Promise<unknown> {
  const text = await unlessMissing(readFile(path, 'utf8'))
  return text === undefined ? undefined : JSON.parse(text)
}

async function unlessMissing<Value>(value: Promise<Value>): Promise<Value | undefined> {
  try {
    return await value
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Small JSON files that are rewritten on each change. */
export class Documents {
  readonly #queue: WriteQueue

  constructor(queue: WriteQueue) {
    this.#queue = queue
  }

  /** Resolves when a state at least as new as the current one is on disk. */
  save(path: string, state: () => unknown): Promise<void> {
    return this.#queue.share(path, () => writeWhole(path, JSON.stringify(state())))
  }
}
