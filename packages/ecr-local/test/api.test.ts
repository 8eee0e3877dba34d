import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, test } from 'vitest'
import { ecrClient } from './support/clients.ts'
import { OCI_MANIFEST } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

const { server, ecr, registry } = await useServer()

const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }))

describe('repositories', () => {
  test('a created one is described with the registry of this server', async () => {
    const { repository } = await create('team/app')
    expect(repository).toMatchObject({
      repositoryArn: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app',
      registryId: '123456789012',
      repositoryUri: `${server.registry}/team/app`,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    })
    expect(Math.abs(Number(repository?.createdAt) - Date.now())).toBeLessThan(60_000)
    const described = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/app'] }))
    expect(described.repositories).toEqual([repository])
  })

  test('a second creation is refused, also when both come at once', async () => {
    const outcomes = await Promise.allSettled([create('twice'), create('twice')])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(create('twice')).rejects.toMatchObject({
      name: 'RepositoryAlreadyExistsException',
      message: "The repository with name 'twice' already exists in the registry with id '123456789012'",
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('a missing one is not found', async () => {
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['absent'] }))).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'absent' does not exist in the registry with id '123456789012'",
    })
  })

  test.for(['Upper', 'a', 'with#hash', 'a//b', '/a', 'a..b', 'x'.repeat(257)])(
    'the name %s is invalid',
    async (name) => {
      await expect(create(name)).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: expect.stringContaining("Invalid parameter at 'repositoryName' failed to satisfy constraint: '"),
      })
    },
  )

  test('are listed page by page', async () => {
    const paged = ecrClient(server, { region: 'us-east-1' })
    for (const repositoryName of ['p-3', 'p-1', 'p-2'])
      await paged.send(new CreateRepositoryCommand({ repositoryName }))
    const first = await paged.send(new DescribeRepositoriesCommand({ maxResults: 2 }))
    expect(first.repositories?.map((item) => item.repositoryName)).toEqual(['p-1', 'p-2'])
    const second = await paged.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken: first.nextToken }))
    expect(second.repositories?.map((item) => item.repositoryName)).toEqual(['p-3'])
    expect(second.nextToken).toBeUndefined()
  })
})

test('exclusion filters and mutability belong together', async () => {
  const refused = new CreateRepositoryCommand({ repositoryName: 'f1', imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' })
  await expect(ecr.send(refused)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('IMMUTABLE_WITH_EXCLUSION'),
  })
})

describe('images', () => {
  test('what the registry took is what BatchGetImage and DescribeImages show', async () => {
    await create('images')
    const { digest, text } = await registry.image('images', 'one', 'layer of one')
    const got = await ecr.send(
      new BatchGetImageCommand({ repositoryName: 'images', imageIds: [{ imageTag: 'one' }, { imageTag: 'two' }] }),
    )
    expect(got.images).toMatchObject([{ imageId: { imageTag: 'one', imageDigest: digest }, imageManifest: text }])
    expect(got.failures).toEqual([
      { imageId: { imageTag: 'two' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
    ])
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'images' }))
    expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['one'], imageSizeInBytes: 37 + 12 }])
  })

  test('PutImage promotes a tag by the bytes of the manifest', async () => {
    await create('promote')
    const { digest, text } = await registry.image('promote', 'sha', 'bytes')
    const put = (imageTag: string, imageDigest = digest) =>
      ecr.send(new PutImageCommand({ repositoryName: 'promote', imageManifest: text, imageTag, imageDigest }))
    expect((await put('latest')).image?.imageId).toEqual({ imageDigest: digest, imageTag: 'latest' })
    await expect(put('latest')).rejects.toMatchObject({
      name: 'ImageAlreadyExistsException',
      message: `Image with digest '${digest}' and tag 'latest' already exists in the repository with name 'promote' in registry with id '123456789012'`,
    })
    await expect(put('other', `sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({
      name: 'ImageDigestDoesNotMatchException',
    })
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'promote' }))
    expect(imageDetails?.[0]?.imageTags?.sort()).toEqual(['latest', 'sha'])
  })

  test('a missing image is an error of DescribeImages', async () => {
    await create('no-images')
    const command = new DescribeImagesCommand({ repositoryName: 'no-images', imageIds: [{ imageTag: 'gone' }] })
    await expect(ecr.send(command)).rejects.toMatchObject({
      name: 'ImageNotFoundException',
      message:
        "The image with imageId {imageDigest:'null', imageTag:'gone'} does not exist within the repository with name 'no-images' in the registry with id '123456789012'",
    })
  })

  test('layers that were never uploaded are named', async () => {
    await create('no-layers')
    const digest = `sha256:${'a'.repeat(64)}`
    const blob = { digest, size: 1 }
    const imageManifest = JSON.stringify({ schemaVersion: 2, config: blob, layers: [blob] })
    await expect(
      ecr.send(
        new PutImageCommand({
          repositoryName: 'no-layers',
          imageManifest,
          imageManifestMediaType: OCI_MANIFEST,
          imageTag: 'x',
        }),
      ),
    ).rejects.toMatchObject({
      name: 'LayersNotFoundException',
      message: `Layers with digests '[${digest}]' required for pushing image into repository with name 'no-layers' in the registry with id '123456789012' do not exist`,
    })
  })

  test.for(['', ',"layers":null', ',"layers":[]'])(
    'an image without layers is refused: %s',
    async (layers, { task }) => {
      const repositoryName = `bare/${task.id.replaceAll('_', '-')}`
      await create(repositoryName)
      const imageManifest = `{"mediaType":"${OCI_MANIFEST}","config":{"digest":"sha256:${'a'.repeat(64)}","size":1}${layers}}`
      await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest }))).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message:
          "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Image has to have at least 1 layer'",
      })
    },
  )

  test.for(['nonsense', '[]', '{"config":5}', '{"layers":{}}', '{"config":{"digest":"x","size":1},"layers":[null]}'])(
    'the manifest %s is refused',
    async (imageManifest, { task }) => {
      const repositoryName = `bad/${task.id.replaceAll('_', '-')}`
      await create(repositoryName)
      await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest }))).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
      })
    },
  )
})

test('the token is for user AWS, this registry, and twelve hours', async () => {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const [data] = authorizationData ?? []
  expect(data?.proxyEndpoint).toBe(server.endpoint)
  expect(Buffer.from(String(data?.authorizationToken), 'base64').toString()).toMatch(/^AWS:\S{100,}$/)
  const hours = (Number(data?.expiresAt) - Date.now()) / 3_600_000
  expect(hours).toBeGreaterThan(11.9)
  expect(hours).toBeLessThanOrEqual(12)
})

test('registry ids have twelve digits', async () => {
  await expect(ecr.send(new GetAuthorizationTokenCommand({ registryIds: ['1'] }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      "Invalid parameter at 'registryIds' failed to satisfy constraint: 'Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{12}]'",
  })
})
