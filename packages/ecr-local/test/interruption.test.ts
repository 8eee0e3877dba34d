import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startProcess } from '../src/child-process.ts'
import { startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { digestOf, registryClient } from './support/registry-client.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecr-local-test-'))
})

afterAll(() => rm(folder, { recursive: true }))

test('what a server that was killed had answered with 201 is there afterwards, whole', async () => {
  const first = await startProcess(['--data', folder])
  const ecr = ecrClient(first.started)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const registry = await registryClient(ecr)
  const pushed: { tag: string; digest: string }[] = []
  const push = async (tag: string) => {
    const { digest } = await registry.image('app', tag, `layer of ${tag}`)
    pushed.push({ tag, digest })
  }
  const all = Promise.allSettled(Array.from({ length: 200 }, (_, index) => push(`t${index}`)))
  while (pushed.length < 5) await setTimeout(5)
  await first.stop('SIGKILL')
  await all
  expect(pushed.length).toBeLessThan(200)

  await using second = await startEcrLocal({ dataDir: folder })
  const again = await registryClient(ecrClient(second))
  for (const { tag, digest } of pushed) {
    const text = await (await again.fetch(`/v2/app/manifests/${tag}`)).text()
    expect(digestOf(text)).toBe(digest)
    const { layers } = JSON.parse(text) as { layers: [{ digest: string }] }
    const layer = await (await again.fetch(`/v2/app/blobs/${layers[0].digest}`)).text()
    expect(digestOf(layer)).toBe(layers[0].digest)
  }
  expect(await readdir(join(folder, 'uploads')).catch(() => [])).toEqual([])
})

test('an upload whose connection breaks stands where it stood', async () => {
  await using server = await startEcrLocal()
  const ecr = ecrClient(server)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const registry = await registryClient(ecr)
  const begun = await registry.fetch('/v2/app/blobs/uploads/', { method: 'POST' })
  const location = String(begun.headers.get('location'))
  const broken = async function* () {
    yield Buffer.alloc(1024 * 1024)
    await setTimeout(50)
    throw new Error('the client is gone')
  }
  const body = ReadableStream.from(broken())
  await expect(registry.fetch(location, { method: 'PATCH', body, duplex: 'half' })).rejects.toThrow()
  await expect.poll(() => server.calls.at(-1)?.error).toBe('ConnectionBroken')
  expect((await registry.fetch(location)).headers.get('range')).toBe('0-0')
  const digest = digestOf('all of it')
  const put = await registry.fetch(`${location}?digest=${digest}`, { method: 'PUT', body: 'all of it' })
  expect(put.status).toBe(201)
})

test('a process that ends without closing its server leaves nothing', async () => {
  const parent = join(folder, 'exit')
  await mkdir(parent)
  const module = JSON.stringify(join(import.meta.dirname, '../src/index.ts'))
  const script = `const { startEcrLocal } = await import(${module}); await startEcrLocal(); process.exit(3)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: parent },
  })
  expect(await once(child, 'close')).toEqual([3, null])
  expect(await readdir(parent)).toEqual([])
})
