import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeRepositoriesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { beforeAll, describe, expect, test } from 'vitest'
import { imageDocument, OCI_MANIFEST, refusal } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

const { ecr, registry } = await useServer()

const wildcard = (filter: string) => ({ filterType: 'WILDCARD' as const, filter })

const immutableText = (repository: string, tag: string) =>
  `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`

describe('tags that cannot move', () => {
  beforeAll(async () => {
    const repositoryName = 'fixed'
    const imageTagMutabilityExclusionFilters = [wildcard('latest'), wildcard('buildcache*')]
    const imageTagMutability = 'IMMUTABLE_WITH_EXCLUSION'
    await ecr.send(
      new CreateRepositoryCommand({ repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters }),
    )
    for (const tag of ['v1', 'latest', 'buildcache-main']) await registry.image('fixed', tag, `first ${tag}`)
  })

  test('over the registry', async () => {
    const document = await imageDocument(registry, 'fixed', 'second')
    expect(await refusal(await registry.manifest('fixed', 'v1', document))).toEqual({
      status: 400,
      code: 'TAG_INVALID',
      message: immutableText('fixed', 'v1'),
    })
    for (const tag of ['latest', 'buildcache-main']) {
      expect((await registry.manifest('fixed', tag, document)).status).toBe(201)
    }
  })

  test('over the API', async () => {
    const document = await imageDocument(registry, 'fixed', 'third')
    const put = (imageTag: string) =>
      ecr.send(new PutImageCommand({ repositoryName: 'fixed', imageManifest: JSON.stringify(document), imageTag }))
    await expect(put('v1')).rejects.toMatchObject({
      name: 'ImageTagAlreadyExistsException',
      message: immutableText('fixed', 'v1'),
    })
    await put('latest')
  })

  test('unless the same image is pushed again', async () => {
    const { text } = await registry.image('fixed', 'v2', 'same')
    const headers = { 'content-type': OCI_MANIFEST }
    const again = await registry.fetch('/v2/fixed/manifests/v2', { method: 'PUT', body: text, headers })
    expect(again.status).toBe(201)
  })
})

test('the other way round, filters name what cannot move, and as wildcards', async () => {
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'moving' }))
  const changed = await ecr.send(
    new PutImageTagMutabilityCommand({
      repositoryName: 'moving',
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [wildcard('v*.*')],
    }),
  )
  expect(changed).toMatchObject({
    registryId: '123456789012',
    imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [wildcard('v*.*')],
  })
  for (const tag of ['v1.2', 'v12', 'main']) await registry.image('moving', tag, `first ${tag}`)
  const document = await imageDocument(registry, 'moving', 'second')
  const statuses = ['v1.2', 'v12', 'main'].map(async (tag) => (await registry.manifest('moving', tag, document)).status)
  expect(await Promise.all(statuses)).toEqual([400, 201, 201])
  await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: 'moving', imageTagMutability: 'MUTABLE' }))
  const described = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['moving'] }))
  expect(described.repositories?.[0]?.imageTagMutability).toBe('MUTABLE')
  expect(described.repositories?.[0]?.imageTagMutabilityExclusionFilters).toBeUndefined()
  expect((await registry.manifest('moving', 'v1.2', document)).status).toBe(201)
})

test.for<[string, Partial<CreateRepositoryCommandInput>, RegExp]>([
  [
    'an exclusion without filters',
    { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
    /can't be null when imageTagMutability is set as IMMUTABLE_WITH_EXCLUSION/,
  ],
  [
    'filters without an exclusion',
    { imageTagMutability: 'IMMUTABLE', imageTagMutabilityExclusionFilters: [wildcard('a')] },
    /must be null when imageTagMutability is set as IMMUTABLE'/,
  ],
  [
    'six filters',
    { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: [...'abcdef'].map(wildcard) },
    /length less than or equal to 5/,
  ],
  [
    'three wildcards',
    { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: [wildcard('a*b*c*')] },
    /at most 2 wildcards/,
  ],
  [
    'a regular expression',
    { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: [wildcard('^v[0-9]')] },
    /regular expression pattern/,
  ],
  ['an unknown mutability', { imageTagMutability: 'SOMETIMES' as 'MUTABLE' }, /enum value set: \[MUTABLE, IMMUTABLE,/],
])('%s is refused', async ([, settings, words]) => {
  await expect(ecr.send(new CreateRepositoryCommand({ repositoryName: 'refused', ...settings }))).rejects.toMatchObject(
    {
      name: 'InvalidParameterException',
      message: expect.stringMatching(words),
    },
  )
})

test('of many pushes of different images to one immutable tag one wins', async () => {
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'race', imageTagMutability: 'IMMUTABLE' }))
  const documents = await Promise.all([...'abcdef'].map((content) => imageDocument(registry, 'race', content)))
  const pushes = await Promise.all(documents.map((document) => registry.manifest('race', 'v1', document)))
  expect(pushes.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400])
})
