import { createHash, type Hash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A layer that is being uploaded. */
export interface Upload {
  readonly id: string
  /** The registry where it was started; its ID is not valid in another repository. */
  readonly registry: object
  readonly repository: string
  readonly path: string
  /** Number of bytes on disk, all of them hashed. */
  size: number
  /** Sizes of all non-empty parts. */
  readonly parts: number[]
  hash: Hash
  /** The end of the queue: requests write one at a time. Never rejects. */
  tail: Promise<unknown>
}

/** Uploads in progress. Their bytes are written directly to disk. */
export class Uploads {
  readonly #folder: string
  readonly #uploads = new Map<string, Upload>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async begin(registry: object, repository: string): Promise<Upload> {
    await mkdir(this.#folder, { recursive: true })
    const id = randomUUID()
    const path = join(this.#folder, id)
    await (await open(path, 'wx')).close()
    const hash = createHash('sha256')
    const upload: Upload = { id, registry, repository, path, size: 0, parts: [], hash, tail: Promise.resolve() }
    this.#uploads.set(id, upload)
    return upload
  }

  /** undefined if the repository has no such upload */
  find(registry: object, repository: string, id: string): Upload | undefined {
    const upload = this.#uploads.get(id)
    return upload?.registry === registry && upload.repository === repository ? upload : undefined
  }

  /**
   * Appends data until the source ends. A part whose source breaks leaves no trace.
   *
   * @param check runs when it is this part's turn; an error rejects the part
   */
  append(
    upload: Upload,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    check: () => void = () => undefined,
  ): Promise<void> {
    const run = upload.tail.then(async () => {
      check()
      const before = { size: upload.size, hash: upload.hash.copy() }
      const file = await open(upload.path, 'a')
      try {
        for await (const chunk of source) {
          await file.appendFile(chunk)
          upload.hash.update(chunk)
          upload.size += chunk.length
        }
        if (upload.size > before.size) upload.parts.push(upload.size - before.size)
      } catch (error) {
        Object.assign(upload, before)
        await file.truncate(before.size)
        throw error
      } finally {
        await file.close()
      }
    })
    upload.tail = run.catch(() => undefined)
    return run
  }

  /** The digest of the data so far; the upload may continue. */
  digest(upload: Upload): string {
    return `sha256:${upload.hash.copy().digest('hex')}`
  }

  /** Forgets the upload and leaves its file to the caller. */
  release(upload: Upload): void {
    this.#uploads.delete(upload.id)
  }

  async cancel(upload: Upload): Promise<void> {
    this.release(upload)
    await rm(upload.path, { force: true })
  }
}
