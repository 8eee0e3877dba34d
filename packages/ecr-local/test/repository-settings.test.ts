import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, test } from 'vitest'
import { useServer } from './support/server.ts'

const { ecr, registry } = await useServer()

const create = async (repositoryName: string) =>
  String((await ecr.send(new CreateRepositoryCommand({ repositoryName }))).repository?.repositoryArn)

describe('resource tags', () => {
  const tagsOf = async (resourceArn: string) => (await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags

  test('are set at creation, added, replaced and removed', async () => {
    const tags = [{ Key: 'team', Value: 'core' }]
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'tagged', tags }))
    const resourceArn = String(repository?.repositoryArn)
    expect(await tagsOf(resourceArn)).toEqual(tags)
    const more = [
      { Key: 'team', Value: 'edge' },
      { Key: 'stage', Value: '' },
    ]
    await ecr.send(new TagResourceCommand({ resourceArn, tags: more }))
    expect(await tagsOf(resourceArn)).toEqual(more)
    await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'never'] }))
    expect(await tagsOf(resourceArn)).toEqual([{ Key: 'stage', Value: '' }])
  })

  test('have limits', async () => {
    const resourceArn = await create('limits')
    const tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
    await expect(ecr.send(new TagResourceCommand({ resourceArn, tags }))).rejects.toMatchObject({
      name: 'TooManyTagsException',
    })
    const reserved = [{ Key: 'aws:name', Value: 'v' }]
    await expect(ecr.send(new TagResourceCommand({ resourceArn, tags: reserved }))).rejects.toMatchObject({
      name: 'InvalidTagParameterException',
    })
  })

  test('belong to an ARN', async () => {
    await expect(tagsOf('arn:aws:s3:::bucket')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
    })
    const absent = 'arn:aws:ecr:eu-central-1:123456789012:repository/absent'
    await expect(tagsOf(absent)).rejects.toMatchObject({ name: 'RepositoryNotFoundException' })
  })
})

describe('deletion', () => {
  test('needs force when there are images', async () => {
    await create('full')
    const { digest } = await registry.image('full', 'v1', 'content')
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'full' }))).rejects.toMatchObject({
      name: 'RepositoryNotEmptyException',
      message:
        "The repository with name 'full' in registry with id '123456789012' cannot be deleted because it still contains images",
    })
    const { repository } = await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'full', force: true }))
    expect(repository?.repositoryName).toBe('full')
    expect((await registry.fetch(`/v2/full/manifests/${digest}`)).status).toBe(404)
    await create('full')
    expect((await registry.fetch(`/v2/full/manifests/${digest}`)).status).toBe(404)
  })

  test('of an empty one needs nothing', async () => {
    await create('empty')
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'empty' }))
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'empty' }))).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    })
  })
})

describe('encryption', () => {
  const encryptionOf = async (repositoryName: string, encryptionConfiguration: object) => {
    const command = new CreateRepositoryCommand({ repositoryName, encryptionConfiguration } as never)
    return (await ecr.send(command)).repository?.encryptionConfiguration
  }

  test('keeps the key, and shows one where AWS would choose its own', async () => {
    const kmsKey = 'arn:aws:kms:eu-central-1:123456789012:key/mine'
    expect(await encryptionOf('kms', { encryptionType: 'KMS', kmsKey })).toEqual({ encryptionType: 'KMS', kmsKey })
    expect(await encryptionOf('managed', { encryptionType: 'KMS_DSSE' })).toEqual({
      encryptionType: 'KMS_DSSE',
      kmsKey: expect.stringMatching(/^arn:aws:kms:eu-central-1:123456789012:key\//),
    })
  })

  test('with AES256 has no key', async () => {
    await expect(encryptionOf('aes', { encryptionType: 'AES256', kmsKey: 'k' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })
})

test('scan on push is switched', async () => {
  await create('scanned')
  const imageScanningConfiguration = { scanOnPush: true }
  const command = { repositoryName: 'scanned', imageScanningConfiguration }
  const answer = await ecr.send(new PutImageScanningConfigurationCommand(command))
  expect(answer).toMatchObject({ ...command, registryId: '123456789012' })
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['scanned'] }))
  expect(repositories?.[0]?.imageScanningConfiguration).toEqual(imageScanningConfiguration)
})
