import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr'
import { afterAll, expect, test } from 'vitest'
import { startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { registryClient, registryClientFor } from './support/registry-client.ts'

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

test('without a folder of its own nothing stays', async () => {
  const before = await readdir(tmpdir())
  const server = await startEcrLocal()
  const during = (await readdir(tmpdir())).filter((name) => name.startsWith('ecr-local-') && !before.includes(name))
  expect(during.length).toBeGreaterThan(0)
  await server.close()
  const mine = during.filter((name) => !name.startsWith('ecr-local-test-'))
  const after = await readdir(tmpdir())
  expect(mine.some((name) => !after.includes(name))).toBe(true)
})
