import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand, DeleteRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr'
import { afterAll, expect, test, vi } from 'vitest'
import { startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { digestOf, registryClient, registryClientFor } from './support/registry-client.ts'

const folder = await mkdtemp(join(tmpdir(), 'ecr-local-test-'))

afterAll(() => rm(folder, { recursive: true }))

test('a restart on the same folder finds repositories, tags, layers, and takes the old token', async () => {
  const dataDir = join(folder, 'kept')
  let authorization: string
  let image: { digest: string; text: string }
  {
    await using server = await startEcrLocal({ dataDir })
    const ecr = ecrClient(server)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'deep/er/name' }))
    const registry = await registryClient(ecr)
    image = await registry.image('deep/er/name', 'kept', 'a layer to keep')
    authorization = registry.authorization
  }
  await using server = await startEcrLocal({ dataDir })
  const registry = registryClientFor(server.endpoint, authorization)
  const manifest = await registry.fetch('/v2/deep/er/name/manifests/kept')
  expect(await manifest.text()).toBe(image.text)
  const { layers } = JSON.parse(image.text) as { layers: [{ digest: string }] }
  const layer = await registry.fetch(`/v2/deep/er/name/blobs/${layers[0].digest}`)
  expect(await layer.text()).toBe('a layer to keep')
  const { imageDetails } = await ecrClient(server).send(new DescribeImagesCommand({ repositoryName: 'deep/er/name' }))
  expect(imageDetails).toMatchObject([{ imageDigest: image.digest, imageTags: ['kept'] }])
})

test('many pushes at once are all kept', async () => {
  const dataDir = join(folder, 'busy')
  const tags = Array.from({ length: 30 }, (_, index) => `t${index}`)
  {
    await using server = await startEcrLocal({ dataDir })
    const ecr = ecrClient(server)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'busy' }))
    const registry = await registryClient(ecr)
    await Promise.all(tags.map((tag) => registry.image('busy', tag, `layer of ${tag}`)))
  }
  await using server = await startEcrLocal({ dataDir })
  const registry = await registryClient(ecrClient(server))
  const list = (await (await registry.fetch('/v2/busy/tags/list')).json()) as { tags: string[] }
  expect(list.tags).toEqual([...tags].sort())
  expect(
    (await readdir(join(dataDir, 'registries'), { recursive: true })).filter((name) => name.endsWith('.new')),
  ).toEqual([])
})

test('a restart gives back the space of what was deleted', async () => {
  const dataDir = join(folder, 'swept')
  let kept: { digest: string; text: string }
  {
    await using server = await startEcrLocal({ dataDir })
    const ecr = ecrClient(server)
    for (const repositoryName of ['kept', 'dropped']) await ecr.send(new CreateRepositoryCommand({ repositoryName }))
    const registry = await registryClient(ecr)
    kept = await registry.image('kept', 'v1', 'kept layer')
    const gone = await registry.image('kept', 'v2', 'layer of a deleted image')
    await registry.fetch(`/v2/kept/manifests/${gone.digest}`, { method: 'DELETE' })
    await registry.image('dropped', 'v1', 'layer of a deleted repository')
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'dropped', force: true }))
  }
  await using server = await startEcrLocal({ dataDir })
  const files = await readdir(join(dataDir, 'blobs'), { recursive: true })
  const config = '{"architecture":"amd64","os":"linux"}'
  const digests = [kept.digest, digestOf('kept layer'), digestOf(config)].map((digest) =>
    digest.slice('sha256:'.length),
  )
  expect(
    files
      .filter((name) => name.includes('/'))
      .map((name) => name.slice(3))
      .sort(),
  ).toEqual(digests.sort())
  const registry = await registryClient(ecrClient(server))
  expect(await (await registry.fetch('/v2/kept/manifests/v1')).text()).toBe(kept.text)
})

test('a document of a version before is read, and what a cut-off write left is removed', async () => {
  const dataDir = join(folder, 'older')
  const repositories = join(dataDir, 'registries/123456789012/eu-central-1/repositories')
  {
    await using server = await startEcrLocal({ dataDir })
    const ecr = ecrClient(server)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    await (await registryClient(ecr)).image('app', 'v1', 'a layer')
  }
  const [journal = ''] = await readdir(repositories)
  const lines = (await readFile(join(repositories, journal), 'utf8')).trim().split('\n')
  const parts = lines.map((line) => JSON.parse(line))
  const all = (name: string) => Object.assign({}, ...parts.map((part) => part[name]))
  const document = { ...parts[0], layers: all('layers'), images: all('images'), tags: all('tags') }
  await rm(join(repositories, journal))
  await writeFile(join(repositories, journal.replace('.jsonl', '.json')), JSON.stringify(document))
  await writeFile(join(repositories, `${journal}.1.new`), '{"name":')
  await using server = await startEcrLocal({ dataDir })
  const registry = await registryClient(ecrClient(server))
  await registry.image('app', 'v2', 'a layer')
  const list = (await (await registry.fetch('/v2/app/tags/list')).json()) as { tags: string[] }
  expect(list.tags).toEqual(['v1', 'v2'])
  expect(await readdir(repositories)).toEqual([journal])
})

test('without a folder of its own nothing stays', async () => {
  const parent = join(folder, 'parent')
  await mkdir(parent)
  vi.stubEnv('TMPDIR', parent)
  const server = await startEcrLocal()
  vi.unstubAllEnvs()
  expect(await readdir(parent)).toHaveLength(1)
  await server.close()
  expect(await readdir(parent)).toEqual([])
})

test('a server that is closed in the middle of everything leaves nothing either', async () => {
  const parent = join(folder, 'closed')
  await mkdir(parent)
  for (let run = 0; run < 5; run++) {
    vi.stubEnv('TMPDIR', parent)
    const server = await startEcrLocal()
    vi.unstubAllEnvs()
    const ecr = ecrClient(server)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    server.addFault({ operation: 'ListImages', delayMs: 3_600_000 })
    const registry = await registryClient(ecr)
    const requests = Array.from({ length: 30 }, (_, index) => registry.image('app', `t${index}`, `layer ${index}`))
    requests.push(registry.fetch('/v2/app/tags/list').then(() => requests[0] as never))
    const done = Promise.allSettled(requests)
    await expect.poll(() => server.calls.length).toBeGreaterThan(20 + run * 10)
    await server.close()
    await done
    expect(await readdir(parent)).toEqual([])
  }
})
