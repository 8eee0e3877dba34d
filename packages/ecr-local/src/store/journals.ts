import { randomUUID } from 'node:crypto'
import { appendFile, constants, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WriteQueue } from './write-queue.ts'

/** State that can be restored by replaying records in order. */
export interface Journaled {
  /** Changes since the last call of either method; `undefined` if there are none. */
  changes(): object | undefined
  /** The complete state at the time of the call, no matter when it is read. */
  snapshot(): Iterable<object>
}

/** A journal on disk: its size, and the size of its snapshot, in bytes. */
interface Journal {
  readonly size: number
  readonly snapshot: number
}

/** How many bytes a journal may exceed twice its snapshot before it is rewritten. */
const SLACK = 1024 * 1024

/** The suffix of an incomplete snapshot. */
export const DRAFT = '.new'

/** How much of a snapshot is written at a time, in characters. */
const PIECE = 64 * 1024

/**
 * Files with one JSON record per line, to which each change appends one: the amount written for a change does not
 * depend on the size of the state. From time to time, a journal is replaced with a snapshot.
 */
export class Journals {
  readonly #queue: WriteQueue
  /** Journals that can be appended to; all others are rewritten by their next save. */
  readonly #journals = new Map<string, Journal>()

  constructor(queue: WriteQueue) {
    this.#queue = queue
  }

  /** Resolves when a state at least as new as the current one is on disk. */
  save(path: string, state: Journaled): Promise<void> {
    return this.#queue.share(path, async () => {
      const known = this.#journals.get(path)
      // After a failed write, the end of the file is unknown.
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
   * Replays a journal. An incomplete last line is ignored.
   *
   * @throws SyntaxError for any other line that is not JSON
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
  // Without O_CREAT, because a journal without its beginning is useless.
  await appendFile(path, line, { flag: constants.O_WRONLY | constants.O_APPEND })
  return { ...journal, size: journal.size + Buffer.byteLength(line) }
}

/** Atomic: a reader, or a restart, sees the old file or the new one, never a part. */
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
