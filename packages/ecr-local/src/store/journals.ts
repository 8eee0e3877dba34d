import { randomUUID } from 'node:crypto'
import { appendFile, constants, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WriteQueue } from './write-queue.ts'

/** A state that records give back when they are replayed in their order. */
export interface Journaled {
  /** What changed since the last call of either method; `undefined` for nothing. */
  changes(): object | undefined
  /** All of it as it is at the call, however late it is read. */
  snapshot(): Iterable<object>
}

/** A journal on disk: its size, and how much of that was a snapshot, in bytes. */
interface Journal {
  readonly size: number
  readonly snapshot: number
}

/** What a journal may have beyond twice its snapshot before it is written afresh, in bytes. */
const SLACK = 1024 * 1024

/** The end of the name of a snapshot that is not whole yet. */
export const DRAFT = '.new'

/** How much of a snapshot is written at a time, in characters. */
const PIECE = 64 * 1024

/**
 * Files of one JSON record a line, to which each change adds one: how much is written for it does not depend on how much
 * there is. From time to time a journal is replaced by a snapshot.
 */
export class Journals {
  readonly #queue: WriteQueue
  /** Those that may be appended to; every other is written afresh by its next save. */
  readonly #journals = new Map<string, Journal>()

  constructor(queue: WriteQueue) {
    this.#queue = queue
  }

  /** Resolves when a state at least as new as the current one is on disk. */
  save(path: string, state: Journaled): Promise<void> {
    return this.#queue.share(path, async () => {
      const known = this.#journals.get(path)
      // Where the write fails, nobody knows how the file ends.
      this.#journals.delete(path)
      const isFit = known !== undefined && known.size <= 2 * known.snapshot + SLACK
      this.#journals.set(path, await (isFit ? append(path, known, state.changes()) : rewrite(path, state.snapshot())))
    })
  }

  remove(path: string): Promise<void> {
    return this.#queue.alone(path, async () => {
      this.#journals.delete(path)
      await rm(path, { force: true })
    })
  }

  /**
   * Replays a journal. The last line counts for nothing where a write of it was cut off.
   *
   * @throws SyntaxError for another line that is not JSON
   */
  async load(path: string, replay: (record: unknown) => void): Promise<void> {
    const file = await open(path)
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    const isWhole = buffer.toString() === '\n'
    let cut: unknown
    for await (const line of file.readLines({ start: 0 })) {
      if (cut !== undefined) throw cut
      try {
        replay(JSON.parse(line))
      } catch (error) {
        if (isWhole) throw error
        cut = error
      }
    }
    if (isWhole) this.#journals.set(path, { size, snapshot: 0 })
  }
}

const lineOf = (record: object) => `${JSON.stringify(record)}\n`

async function append(path: string, journal: Journal, record: object | undefined): Promise<Journal> {
  if (record === undefined) return journal
  const line = lineOf(record)
  // Without O_CREAT: a journal without its beginning is worth nothing.
  await appendFile(path, line, { flag: constants.O_WRONLY | constants.O_APPEND })
  return { ...journal, size: journal.size + Buffer.byteLength(line) }
}

/** A reader, or a restart, sees the old file or the new one and never a part. */
async function rewrite(path: string, records: Iterable<object>): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}${DRAFT}`
  const file = await open(draft, 'wx', 0o600)
  let size = 0
  try {
    for (const piece of piecesOf(records)) {
      await file.appendFile(piece)
      size += Buffer.byteLength(piece)
    }
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return { size, snapshot: size }
}

function* piecesOf(records: Iterable<object>): Iterable<string> {
  let piece = ''
  for (const record of records) {
    piece += lineOf(record)
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
