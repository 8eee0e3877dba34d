import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file so that a reader, or a restart, sees the old content or the new one and never a part. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}.new`
  await writeFile(draft, content, { mode: 0o600 })
  await rename(draft, path)
}

export const namesIn = async (folder: string) => (await unlessMissing(readdir(folder))) ?? []

/** @returns undefined for a file that was never written */
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

/** JSON files that many requests change at the same time: one write at a time, the latest state last. */
export class Documents {
  /** Path → the end of its queue. */
  readonly #tails = new Map<string, Promise<void>>()
  /** Path → the save that has not started yet; whoever comes meanwhile shares it. */
  readonly #waiting = new Map<string, { done: Promise<void> }>()

  /** Resolves when a state at least as new as the current one is on disk. */
  async save(path: string, state: () => unknown): Promise<void> {
    const shared = this.#waiting.get(path)
    if (shared) return shared.done
    const save = { done: Promise.resolve() }
    this.#waiting.set(path, save)
    save.done = this.#enqueue(path, () => {
      if (this.#waiting.get(path) === save) this.#waiting.delete(path)
      return writeWhole(path, JSON.stringify(state()))
    })
    return save.done
  }

  async remove(path: string): Promise<void> {
    this.#waiting.delete(path)
    return this.#enqueue(path, () => rm(path, { force: true }))
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#tails.values())
  }

  #enqueue(path: string, write: () => Promise<void>): Promise<void> {
    const before = this.#tails.get(path) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(write)
    this.#tails.set(path, mine)
    const forget = () => {
      if (this.#tails.get(path) === mine) this.#tails.delete(path)
    }
    mine.then(forget, forget)
    return mine
  }
}
