import { createHash } from 'node:crypto'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { memoryOf, type ServerProcess, startProcess } from '../src/child-process.ts'
import { ecrClient } from './support/clients.ts'
import { type RegistryClient, registryClient } from './support/registry-client.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const MIB = 1024 * 1024
const LAYER_MIB = 256

let server: ServerProcess
let registry: RegistryClient

beforeAll(async () => {
  server = await startProcess([])
  const ecr = ecrClient(server.started)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'large' }))
  registry = await registryClient(ecr)
  await registry.layer('large', 'small one, so that all code has been used')
})

afterAll(() => server.stop())

/** Bytes that are made while they are sent. */
function layer() {
  const hash = createHash('sha256')
  const source = async function* () {
    for (let index = 0; index < LAYER_MIB; index++) {
      const chunk = Buffer.alloc(MIB, index)
      hash.update(chunk)
      yield chunk
    }
  }
  return { body: ReadableStream.from(source()), digest: () => `sha256:${hash.digest('hex')}` }
}

test.runIf(process.platform === 'linux')(
  'a layer many times as large as the memory it may take goes in and out',
  async () => {
    const before = await memoryOf(server.child)
    const begun = await registry.fetch('/v2/large/blobs/uploads/', { method: 'POST' })
    const location = String(begun.headers.get('location'))
    const { body, digest } = layer()
    const patched = await registry.fetch(location, { method: 'PATCH', body, duplex: 'half' })
    expect(patched.status).toBe(201)
    const name = digest()
    expect((await registry.fetch(`${location}?digest=${name}`, { method: 'PUT' })).status).toBe(201)
    const hash = createHash('sha256')
    const answer = await registry.fetch(`/v2/large/blobs/${name}`)
    for await (const chunk of answer.body ?? []) hash.update(chunk)
    expect(`sha256:${hash.digest('hex')}`).toBe(name)
    const { peak } = await memoryOf(server.child)
    expect(peak - before.now).toBeLessThan(LAYER_MIB / 2)
  },
  120_000,
)
