import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { namesIn, writeWhole } from './documents.ts'

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** ECR supports only sha256. */
export const isDigest = (text: string) => DIGEST.test(text)

export const digestOf = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** Layers and manifests by digest, one file each. Access to a blob is not decided here. */
export class Blobs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  path(digest: string): string {
    const hex = digest.slice('sha256:'.length)
    return join(this.#folder, hex.slice(0, 2), hex)
  }

  /** Takes over a finished file on the same file system. */
  async adopt(file: string, digest: string): Promise<void> {
    const path = this.path(digest)
    await mkdir(dirname(path), { recursive: true })
    await rename(file, path)
  }

  async write(content: Uint8Array): Promise<string> {
    const digest = digestOf(content)
    await writeWhole(this.path(digest), content)
    return digest
  }

  async size(digest: string): Promise<number> {
    return (await stat(this.path(digest))).size
  }

  /** Deletes every blob that is not listed, and the leftovers of interrupted writes. */
  async sweep(keep: ReadonlySet<string>): Promise<void> {
    for (const shelf of await namesIn(this.#folder)) {
      for (const name of await namesIn(join(this.#folder, shelf))) {
        if (!keep.has(`sha256:${name}`)) await rm(join(this.#folder, shelf, name))
      }
    }
  }

  /** For manifests; layers are streamed. */
  read(digest: string): Promise<Buffer> {
    return readFile(this.path(digest))
  }

  /** Both ends are inclusive, as in an HTTP range. */
  stream(digest: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.path(digest), { ...range, highWaterMark: 256 * 1024 })
  }
}
