import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure, holdLock, reason, tryOrUndefined, type Web, WebError } from '@container-actions/core'
import type { Asset } from '../release.ts'

/** An archive with a known digest. */
export type KnownAsset = Asset & { readonly sha256: string }

/** Maximum time between two chunks of a download, in ms. */
const PART = 20_000

/** More bytes than any runner archive has: an endless response must not fill the disk. */
const LARGEST = 1024 * 1024 * 1024

/** Maximum duration of a download, in ms. */
export const DOWNLOAD = 10 * 60 * 1_000

/** A stream that passes its input on, and fails at the end if the content does not match the digest. */
const verified = ({ name, sha256 }: KnownAsset) =>
  async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    let size = 0
    for await (const part of parts) {
      size += part.length
      if (size > LARGEST) throw new Failure(`${name} has more than ${LARGEST} bytes; it is not installed.`)
      hash.update(part)
      yield part
    }
    const digest = hash.digest('hex')
    if (digest === sha256) return
    throw new Failure(`${name} has the SHA-256 ${digest}, and GitHub has published ${sha256}; it is not installed.`)
  }

async function download(asset: KnownAsset, file: string, web: Web, signal: AbortSignal): Promise<void> {
  const part = `${file}.${randomUUID()}`
  try {
    const answer = await web.download({ url: asset.url, signal, timeout: PART, redirects: 5 })
    if (answer.status !== 200) {
      answer.body.destroy()
      throw new WebError(`${new URL(asset.url).host} answered ${answer.status}.`)
    }
    await pipeline(answer.body, verified(asset), createWriteStream(part, { flags: 'wx' }), { signal })
    renameSync(part, file)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Whether a file has the content of the archive. */
async function holds(asset: KnownAsset, file: string, signal: AbortSignal): Promise<boolean> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false
  try {
    await pipeline(createReadStream(file), verified(asset), new PassThrough().resume(), { signal })
    return true
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/**
 * Removes other versions of the archive and leftovers of killed downloads, but not files that other processes may be
 * writing.
 */
function removeOthers(file: string): void {
  const [folder, own] = [dirname(file), basename(file)]
  const family = own.slice(0, own.lastIndexOf('-') + 1)
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const isOther = name.startsWith(family) && name !== own && name !== `${own}.lock`
    const changed = isOther ? tryOrUndefined(() => statSync(path).mtimeMs) : undefined
    if (changed !== undefined && Date.now() - changed > DOWNLOAD) rmSync(path, { force: true })
  }
}

/**
 * Downloads an archive into `file` unless it exists; of several containers that share the folder, only one downloads
 * it.
 */
export async function fetchArchive(asset: KnownAsset, file: string, web: Web, signal: AbortSignal): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  if (await holds(asset, file, signal)) return
  await holdLock(`${file}.lock`, { id: randomUUID(), signal }, async () => {
    if (await holds(asset, file, signal)) return
    removeOthers(file)
    await download(asset, file, web, signal)
  })
}

/** Error codes of a pipe whose reader has exited; which one Node reports depends on timing. */
const CLOSED: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'])

/**
 * Unpacks an archive into an empty folder with `tar`, and verifies its digest while reading, because other processes
 * may change the file after a check: the folder may be used only if this function returns.
 */
export async function unpack(asset: KnownAsset, file: string, folder: string, signal: AbortSignal): Promise<void> {
  const tar = spawn('tar', ['-xzf', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'pipe'], signal })
  let said = ''
  tar.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-500)
  })
  const [closed, fed] = await Promise.allSettled([
    once(tar, 'close').then(([status]) => status as number | null),
    pipeline(createReadStream(file), verified(asset), tar.stdin, { signal }),
  ])
  if (closed.status === 'rejected') throw closed.reason
  // If tar fails early, its error message is more useful than the broken pipe.
  if (fed.status === 'rejected' && (closed.value === 0 || !CLOSED.has(fed.reason.code))) throw fed.reason
  if (closed.value === 0) return
  throw new Failure(`${asset.name} cannot be unpacked: tar ended with ${closed.value}. ${reason(said)}`)
}
