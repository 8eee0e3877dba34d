import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, it } from 'vitest'
import { authorizationOf, createRepository } from '../../packages/stand-ins/src/ecr-client.ts'
import { startEcrProcess } from '../../packages/stand-ins/src/ecr-process.ts'

const MIB = 1024 * 1024
const LAYER_MIB = 2048
/** 300 million bytes. */
const LIMIT_MIB = 286

/** A layer whose bytes are made while they are sent; no two megabytes are alike. */
function largeLayer() {
  const hash = createHash('sha256')
  const bytes = function* () {
    for (let index = 0; index < LAYER_MIB; index++) {
      const chunk = Buffer.alloc(MIB, 'not zeros, which a file system may leave out')
      chunk.writeUInt32BE(index)
      hash.update(chunk)
      yield chunk
    }
  }
  return { bytes: Readable.from(bytes()), digest: () => `sha256:${hash.digest('hex')}` }
}

/** The most memory that a process ever had, in MiB. */
const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

it('a layer of 2 GiB goes in and out of a server with less than 300 MB', { timeout: 600_000 }, async (context) => {
  context.skip(process.platform !== 'linux', 'only Linux tells the peak of the memory of another process')
  await using ecr = await startEcrProcess()
  await createRepository(ecr, 'large')
  const headers = { authorization: `Basic ${await authorizationOf(ecr)}` }
  const blobs = `http://${ecr.registry}/v2/large/blobs`

  const begun = await fetch(`${blobs}/uploads/`, { method: 'POST', headers })
  const location = begun.headers.get('location') ?? ''
  const patch = request(location, { method: 'PATCH', headers })
  const patched = once(patch, 'response') as Promise<[IncomingMessage]>
  const layer = largeLayer()
  await pipeline(layer.bytes, patch)
  const [{ statusCode }] = await patched
  expect(statusCode).toBe(201)
  const digest = layer.digest()
  expect((await fetch(`${location}?digest=${digest}`, { method: 'PUT', headers })).status).toBe(201)

  const [answer] = (await once(get(`${blobs}/${digest}`, { headers }), 'response')) as [IncomingMessage]
  const hash = createHash('sha256')
  await pipeline(answer, hash)
  expect(answer.headers['content-length']).toBe(String(LAYER_MIB * MIB))
  expect(`sha256:${hash.digest('hex')}`).toBe(digest)
  const peak = peakOf(ecr.pid)
  expect(peak).toBeGreaterThan(10)
  expect(peak).toBeLessThan(LIMIT_MIB)
})
