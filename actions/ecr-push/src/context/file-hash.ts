import { createHash, hash } from 'node:crypto'
import { closeSync, constants as flags, fstatSync, openSync, readSync } from 'node:fs'
import type { Pace } from './pace.ts'

/** How much is read at a time, in bytes; most files are smaller. */
const CHUNK = 1024 * 1024

let chunk: Buffer | undefined

/** Reads the rest of a file that is longer than one chunk. */
async function longHash(fd: number, buffer: Buffer, pace: Pace): Promise<string> {
  const whole = createHash('sha256').update(buffer)
  for (let count = readSync(fd, buffer); count > 0; count = readSync(fd, buffer)) {
    whole.update(buffer.subarray(0, count))
    if (pace.isDue()) await pace.rest()
  }
  return whole.digest('hex')
}

/**
 * Hashes mode and content of a file. For many small files, synchronous reads take a quarter of the time of streams.
 *
 * @throws if it is not a regular file, because opening a FIFO blocks, and a device may be endless
 */
export async function fileHash(path: string, pace: Pace): Promise<{ mode: number; sha256: string }> {
  const fd = openSync(path, flags.O_RDONLY | flags.O_NOFOLLOW | flags.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Error(`${path} is not a file`)
    chunk ??= Buffer.allocUnsafeSlow(CHUNK)
    const count = readSync(fd, chunk)
    const isWhole = count < CHUNK
    const sha256 = isWhole ? hash('sha256', chunk.subarray(0, count)) : await longHash(fd, chunk, pace)
    return { mode: stat.mode & 0o7777, sha256 }
  } finally {
    closeSync(fd)
  }
}
