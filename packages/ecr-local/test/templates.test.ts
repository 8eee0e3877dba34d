import {
  CreateRepositoryCreationTemplateCommand,
  DeleteRepositoryCreationTemplateCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  UpdateRepositoryCreationTemplateCommand,
} from '@aws-sdk/client-ecr'
import { beforeAll, describe, expect, test } from 'vitest'
import { ecrClient } from './support/clients.ts'
import { type RegistryClient, refusal, registryClient, registryClientFor } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

const { server, ecr, registry } = await useServer()

const begin = (client: RegistryClient, repository: string) =>
  client.fetch(`/v2/${repository}/blobs/uploads/`, { method: 'POST' })

test('templates are created, changed, listed and deleted', async () => {
  const other = ecrClient(server, { region: 'us-east-1' })
  const create = (prefix: string) =>
    other.send(new CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ['REPLICATION'], description: 'd' }))
  await create('team/one')
  await create('ROOT')
  await expect(create('team/one')).rejects.toMatchObject({ name: 'TemplateAlreadyExistsException' })
  await expect(create('Not Good')).rejects.toMatchObject({ name: 'InvalidParameterException' })
  const changed = await other.send(
    new UpdateRepositoryCreationTemplateCommand({ prefix: 'team/one', imageTagMutability: 'IMMUTABLE' }),
  )
  expect(changed.repositoryCreationTemplate).toMatchObject({
    prefix: 'team/one',
    description: 'd',
    appliedFor: ['REPLICATION'],
    imageTagMutability: 'IMMUTABLE',
  })
  const all = await other.send(new DescribeRepositoryCreationTemplatesCommand({}))
  expect(all.repositoryCreationTemplates?.map(({ prefix }) => prefix)).toEqual(['team/one', 'ROOT'])
  await other.send(new DeleteRepositoryCreationTemplateCommand({ prefix: 'ROOT' }))
  const prefixes = ['ROOT']
  await expect(other.send(new DescribeRepositoryCreationTemplatesCommand({ prefixes }))).rejects.toMatchObject({
    name: 'TemplateNotFoundException',
  })
})

describe('a push', () => {
  beforeAll(async () => {
    const Statement = { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'ecr:BatchGetImage' }
    await ecr.send(
      new CreateRepositoryCreationTemplateCommand({
        prefix: 'auto',
        appliedFor: ['CREATE_ON_PUSH'],
        imageTagMutability: 'IMMUTABLE',
        resourceTags: [{ Key: 'made', Value: 'by push' }],
        repositoryPolicy: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    )
    await ecr.send(
      new CreateRepositoryCreationTemplateCommand({ prefix: 'pulled', appliedFor: ['PULL_THROUGH_CACHE'] }),
    )
  })

  test('creates the repository that a template speaks of, with its settings', async () => {
    await registry.image('auto/deep/app', 'v1', 'content')
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['auto/deep/app'] }))
    expect(repositories?.[0]?.imageTagMutability).toBe('IMMUTABLE')
    const resourceArn = String(repositories?.[0]?.repositoryArn)
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }))
    expect(tags).toEqual([{ Key: 'made', Value: 'by push' }])
    const { policyText } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: 'auto/deep/app' }))
    expect(policyText).toContain('"AWS" : "arn:aws:iam::999988887777:root"')
  })

  test('creates it empty for an account that may not push', async () => {
    const other = ecrClient(server, { accessKeyId: 'ECRLOCAL999988887777' })
    const theirs = registryClientFor(server.endpoint, (await registryClient(other)).authorization)
    expect(await refusal(await begin(theirs, 'auto/foreign'))).toMatchObject({ status: 403, code: 'DENIED' })
    await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['auto/foreign'] }))
  })

  test.for(['auto', 'automatic/app', 'pulled/app'])('to %s creates nothing', async (name) => {
    expect(await refusal(await begin(registry, name))).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' })
  })

  test('only: a pull creates nothing', async () => {
    expect((await registry.fetch('/v2/auto/pulled/manifests/v1')).status).toBe(404)
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['auto/pulled'] }))).rejects.toMatchObject(
      { name: 'RepositoryNotFoundException' },
    )
  })

  test('falls back on ROOT', async () => {
    await ecr.send(new CreateRepositoryCreationTemplateCommand({ prefix: 'ROOT', appliedFor: ['CREATE_ON_PUSH'] }))
    await registry.image('anything', 'v1', 'content')
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['anything'] }))
    expect(repositories?.[0]?.imageTagMutability).toBe('MUTABLE')
  })
})
