import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ListImagesCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, test } from 'vitest'
import { digestOf, OCI_INDEX, OCI_MANIFEST, refusal } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

const { ecr, registry } = await useServer()

const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }))

const remove = (repositoryName: string, ...imageIds: { imageTag?: string; imageDigest?: string }[]) =>
  ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))

/** One image under several tags. */
async function tagged(repository: string, ...tags: string[]) {
  const [first = '', ...rest] = tags
  const { digest, text } = await registry.image(repository, first, `layer of ${repository} ${first}`)
  for (const tag of rest) await registry.manifest(repository, tag, JSON.parse(text))
  return digest
}

test('a tag goes alone, the last one with its image, a digest with all tags', async () => {
  await create('gone')
  const digest = await tagged('gone', 'a', 'b')
  expect((await remove('gone', { imageTag: 'a' })).imageIds).toEqual([{ imageDigest: digest, imageTag: 'a' }])
  expect((await registry.fetch(`/v2/gone/manifests/${digest}`)).status).toBe(200)
  await remove('gone', { imageTag: 'b' })
  expect((await registry.fetch(`/v2/gone/manifests/${digest}`)).status).toBe(404)
  const other = await tagged('gone', 'c', 'd')
  expect((await remove('gone', { imageDigest: other })).imageIds).toEqual([
    { imageDigest: other, imageTag: 'c' },
    { imageDigest: other, imageTag: 'd' },
  ])
})

test('what cannot be deleted is a failure beside the rest', async () => {
  await create('partly')
  const digest = await tagged('partly', 'v1')
  const answer = await remove(
    'partly',
    { imageTag: 'absent' },
    {},
    { imageDigest: 'md5:1' },
    { imageDigest: digest, imageTag: 'v2' },
    { imageTag: 'v1' },
  )
  expect(answer.imageIds).toEqual([{ imageDigest: digest, imageTag: 'v1' }])
  expect(answer.failures?.map(({ failureCode }) => failureCode)).toEqual([
    'ImageNotFound',
    'MissingDigestAndTag',
    'InvalidImageDigest',
    'ImageTagDoesNotMatchDigest',
  ])
})

describe('what an index lists', () => {
  test('stays as long as the index, over API and registry', async () => {
    await create('multi')
    const digest = await tagged('multi', 'child')
    const manifests = [{ mediaType: OCI_MANIFEST, digest, size: 1 }]
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests }
    await registry.manifest('multi', 'index', index, OCI_INDEX)
    const parent = digestOf(JSON.stringify(index))
    expect((await remove('multi', { imageDigest: digest })).failures).toEqual([
      {
        imageId: { imageDigest: digest },
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${parent}]`,
      },
    ])
    expect((await registry.fetch(`/v2/multi/manifests/${digest}`, { method: 'DELETE' })).status).toBe(400)
    await remove('multi', { imageDigest: parent })
    expect((await registry.fetch(`/v2/multi/manifests/${digest}`, { method: 'DELETE' })).status).toBe(202)
  })
})

test('over the registry by tag and by digest; layers cannot be deleted', async () => {
  await create('registry')
  const digest = await tagged('registry', 'a', 'b')
  expect((await registry.fetch('/v2/registry/manifests/a', { method: 'DELETE' })).status).toBe(202)
  expect((await registry.fetch('/v2/registry/manifests/b')).status).toBe(200)
  expect((await registry.fetch(`/v2/registry/manifests/${digest}`, { method: 'DELETE' })).status).toBe(202)
  expect((await registry.fetch('/v2/registry/manifests/b')).status).toBe(404)
  const layer = await registry.layer('registry', 'layer')
  const refused = await registry.fetch(`/v2/registry/blobs/${layer}`, { method: 'DELETE' })
  expect(await refusal(refused)).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
})

test('lists show tagged and untagged images, page by page', async () => {
  await create('lists')
  const old = await tagged('lists', 'v1')
  await registry.image('lists', 'v1', 'moved')
  await tagged('lists', 'v2', 'v3')
  const list = async (tagStatus?: 'TAGGED' | 'UNTAGGED') => {
    const filter = tagStatus && { filter: { tagStatus } }
    return (await ecr.send(new ListImagesCommand({ repositoryName: 'lists', ...filter }))).imageIds
  }
  expect(await list('UNTAGGED')).toEqual([{ imageDigest: old }])
  expect((await list('TAGGED'))?.map(({ imageTag }) => imageTag).sort()).toEqual(['v1', 'v2', 'v3'])
  expect(await list()).toHaveLength(4)
  const sizes: number[] = []
  let nextToken: string | undefined
  do {
    const page = await ecr.send(new ListImagesCommand({ repositoryName: 'lists', maxResults: 3, nextToken }))
    sizes.push(page.imageIds?.length ?? 0)
    nextToken = page.nextToken
  } while (nextToken)
  expect(sizes).toEqual([3, 1])
  const described = await ecr.send(
    new DescribeImagesCommand({ repositoryName: 'lists', filter: { tagStatus: 'UNTAGGED' } }),
  )
  expect(described.imageDetails?.map(({ imageDigest }) => imageDigest)).toEqual([old])
  expect(described.imageDetails?.[0]?.imageTags).toBeUndefined()
})
