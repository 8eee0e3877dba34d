import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { webOf } from '@container-actions/core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { fetchArchive, type KnownAsset, unpack } from '../src/image/archive.ts'

const FOREVER = new AbortController().signal
const NAME = 'actions-runner-linux-x64-2.335.0.tar.gz'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const assetOf = (content: Buffer, url = 'http://127.0.0.1:1/'): KnownAsset => ({
  name: NAME,
  url,
  sha256: createHash('sha256').update(content).digest('hex'),
})

describe('the archive in the cache', () => {
  const content = Buffer.from('an archive')

  /** A server of the archive. */
  async function serve() {
    let requests = 0
    const server = createServer((_, response) => {
      requests++
      response.end(content)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const asset = assetOf(content, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return { asset, requests: () => requests }
  }
  const fetch = (asset: KnownAsset) => fetchArchive(asset, join(folder, NAME), webOf({}), FOREVER)

  it('is asked for once', async () => {
    const { asset, requests } = await serve()
    await fetch(asset)
    await fetch(asset)
    expect(readFileSync(join(folder, NAME))).toEqual(content)
    expect(requests()).toBe(1)
  })

  it('is downloaded where another file has its name', async () => {
    const { asset, requests } = await serve()
    writeFileSync(join(folder, NAME), 'another archive')
    await fetch(asset)
    expect(readFileSync(join(folder, NAME))).toEqual(content)
    expect(requests()).toBe(1)
  })

  it('takes the place of older ones, and of what killed downloads have left', async () => {
    const { asset } = await serve()
    const old = [
      'actions-runner-linux-x64-2.334.0.tar.gz',
      `${NAME}.0123`,
      'actions-runner-linux-x64-2.334.0.tar.gz.lock',
    ]
    const others = ['actions-runner-linux-arm64-2.334.0.tar.gz', 'releases.json', 'ask-again-at']
    for (const name of [...old, ...others]) {
      writeFileSync(join(folder, name), '')
      utimesSync(join(folder, name), 0, 0)
    }
    const running = `${NAME}.4567`
    writeFileSync(join(folder, running), '')
    await fetch(asset)
    expect(readdirSync(folder).sort()).toEqual([...others, NAME, running].sort())
  })
})

describe('unpacking', () => {
  const unpacked = async (content: Buffer, asset = assetOf(content)): Promise<string> => {
    const [file, target] = [join(folder, NAME), join(folder, 'a', 'target')]
    writeFileSync(file, content)
    mkdirSync(target, { recursive: true })
    await unpack(asset, file, target, FOREVER)
    return target
  }

  /** An archive with a link and, below it or with the name that is given, a file. */
  function hostile(name: string, to: string): Buffer {
    const source = join(folder, 'source')
    mkdirSync(source)
    symlinkSync(to, join(source, 'link'))
    writeFileSync(join(source, 'file'), 'evil')
    const args = ['-czPf', '-', '-C', source, '--transform', `s,^file$,${name},`, 'link', 'file']
    return execFileSync('tar', args)
  }

  it.each([
    ['a path that leads up', '../evil', 'nothing'],
    ['an absolute path', '/OUTSIDE/evil', 'nothing'],
    ['a link that leads up', 'link/evil', '..'],
    ['a link to elsewhere', 'link/evil', '/OUTSIDE'],
  ])('%s reaches nothing outside of the folder', async (_, name, to) => {
    const outside = join(folder, 'outside')
    mkdirSync(outside)
    const content = hostile(name.replace('/OUTSIDE', outside), to.replace('/OUTSIDE', outside))
    await unpacked(content).catch((error) => expect(String(error)).toContain('tar ended with 2.'))
    expect(readdirSync(outside)).toEqual([])
    expect(existsSync(join(folder, 'evil'))).toBe(false)
    expect(readdirSync(join(folder, 'a'))).toEqual(['target'])
  })

  it('says why tar cannot do it', async () => {
    await expect(unpacked(Buffer.alloc(3_000_000, 'x'))).rejects.toThrow(
      /^actions-runner-linux-x64-2\.335\.0\.tar\.gz cannot be unpacked: tar ended with 2\. .*not in gzip format/,
    )
  })

  it('fails where the file has changed since it was looked at', async () => {
    const content = hostile('file', 'nothing')
    await expect(unpacked(content, assetOf(Buffer.from('other')))).rejects.toThrow(
      /has the SHA-256 .* it is not installed\.$/,
    )
  })
})
