import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure, holdLock, reason, type Web, WebError } from '@container-actions/core'
import type { Asset } from '../release.ts'

/** An archive whose content is known beforehand. */
export type KnownAsset = Asset & { readonly sha256: string }

/** Milliseconds between two parts of a download. */
const PART = 20_000

/** Hands on what it gets, and ends with an error where that is another content than it should be. */
const verified = ({ name, sha256 }: KnownAsset) =>
  async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    for await (const part of parts) {
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
    const answer = await web.request({ url: asset.url, signal, timeout: PART, redirects: 5 })
    if (answer.status !== 200) {
      answer.body.resume()
      throw new WebError(`${new URL(asset.url).host} answered ${answer.status}.`)
    }
    await pipeline(answer.body, verified(asset), createWriteStream(part, { flags: 'wx' }), { signal })
    renameSync(part, file)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Downloads an archive into `file`, unless it is there; of several containers that share the folder one does so. */
export async function fetchArchive(asset: KnownAsset, file: string, web: Web, signal: AbortSignal): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  await holdLock(`${file}.lock`, randomUUID(), signal, async () => {
    if (!existsSync(file)) await download(asset, file, web, signal)
  })
}

/**
 * Unpacks an archive into an empty folder with the `tar` program, and checks its content on the way: what is in the
 * folder counts only where this returns.
 */
export async function unpack(asset: KnownAsset, file: string, folder: string, signal: AbortSignal): Promise<void> {
  const tar = spawn('tar', ['-xzf', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'pipe'], signal })
  let said = ''
  tar.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-500)
  })
  const [{ status }] = await Promise.all([
    once(tar, 'close').then(([code]) => ({ status: code as number | null })),
    pipeline(createReadStream(file), verified(asset), tar.stdin, { signal }),
  ])
  if (status !== 0) throw new Failure(`${asset.name} cannot be unpacked: tar ended with ${status}. ${reason(said)}`)
}
