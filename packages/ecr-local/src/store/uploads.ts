import { createHash, type Hash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A layer on its way in. */
export interface Upload {
  readonly id: string
  /** Where it was started; its id is worth nothing in another repository. */
  readonly owner: string
  readonly path: string
  /** Bytes on disk, all of them hashed. */
  size: number
  readonly hash: Hash
  /** The end of the queue: two requests never write at once. */
  tail: Promise<unknown>
}

/** Uploads that have begun and not ended. Their bytes go straight to disk. */
export class Uploads {
  readonly #folder: string
  readonly #uploads = new Map<string, Upload>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async begin(owner: string): Promise<Upload> {
    await mkdir(this.#folder, { recursive: true })
    const id = randomUUID()
    const path = join(this.#folder, id)
    await (await open(path, 'wx')).close()
    const upload: Upload = { id, owner, path, size: 0, hash: createHash('sha256'), tail: Promise.resolve() }
    this.#uploads.set(id, upload)
    return upload
  }

  /** undefined when the owner has no such upload. */
  find(owner: string, id: string): Upload | undefined {
    const upload = this.#uploads.get(id)
    return upload?.owner === owner ? upload : undefined
  }

  /** Appends what arrives until the source ends. When the source breaks, what came before it stays. */
  append(upload: Upload, source: AsyncIterable<Uint8Array>): Promise<void> {
    const run = upload.tail.then(async () => {
      const file = await open(upload.path, 'a')
      try {
        for await (const chunk of source) {
          await file.appendFile(chunk)
          upload.hash.update(chunk)
          upload.size += chunk.length
        }
      } finally {
        await file.close()
      }
    })
    upload.tail = run.catch(() => undefined)
    return run
  }

  /** The digest of what is there; the upload may go on. */
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
