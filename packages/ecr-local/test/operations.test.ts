import { CreateRepositoryCommand, DescribeRepositoriesCommand, ListImagesCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPERATIONS } from '../src/api/operations.ts'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'

const EXPECTED = [
  ...['BatchCheckLayerAvailability', 'BatchDeleteImage', 'BatchGetImage', 'BatchGetRepositoryScanningConfiguration'],
  ...['CompleteLayerUpload', 'CreateRepository', 'CreateRepositoryCreationTemplate', 'DeleteLifecyclePolicy'],
  ...[
    'DeleteRepository',
    'DeleteRepositoryCreationTemplate',
    'DeleteRepositoryPolicy',
    'DescribeImageReplicationStatus',
  ],
  ...['DescribeImageScanFindings', 'DescribeImageSigningStatus', 'DescribeImages', 'DescribeRegistry'],
  ...['DescribeRepositories', 'DescribeRepositoryCreationTemplates', 'GetAccountSetting', 'GetAuthorizationToken'],
  ...['GetDownloadUrlForLayer', 'GetLifecyclePolicy', 'GetLifecyclePolicyPreview', 'GetRegistryScanningConfiguration'],
  ...['GetRepositoryPolicy', 'InitiateLayerUpload', 'ListImageReferrers', 'ListImages', 'ListTagsForResource'],
  ...['PutAccountSetting', 'PutImage', 'PutImageScanningConfiguration', 'PutImageTagMutability', 'PutLifecyclePolicy'],
  ...['PutRegistryScanningConfiguration', 'SetRepositoryPolicy', 'StartImageScan', 'StartLifecyclePolicyPreview'],
  ...['TagResource', 'UntagResource', 'UpdateRepositoryCreationTemplate', 'UploadLayerPart'],
]

let server: EcrLocal

beforeAll(async () => {
  server = await startEcrLocal()
  await ecrClient(server).send(new CreateRepositoryCommand({ repositoryName: 'there' }))
})

afterAll(() => server.close())

test('every operation is one of ECR, and there is a client command for it', async () => {
  const sdk: Record<string, unknown> = await import('@aws-sdk/client-ecr')
  const unknown = [...OPERATIONS.keys()].filter((name) => sdk[`${name}Command`] === undefined)
  expect(unknown).toEqual([])
  expect([...OPERATIONS.keys()].sort()).toEqual([...EXPECTED].sort())
})

test('one that is not there is answered as AWS answers it', async () => {
  const client = ecrClient(server)
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers['x-amz-target'] = 'AmazonEC2ContainerRegistry_V20150921.DoSomething'
      return next(args)
    },
    { step: 'build' },
  )
  await expect(client.send(new DescribeRepositoriesCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    $metadata: { httpStatusCode: 400 },
  })
})

test.for<[string, object, string]>([
  ['a number for a name', { repositoryName: 5 }, 'SerializationException'],
  ['a text for a number', { repositoryName: 'there', maxResults: '5' }, 'SerializationException'],
  [
    'no name',
    {},
    "InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'",
  ],
  [
    'a page of nothing',
    { repositoryName: 'there', maxResults: 0 },
    "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value greater than or equal to 1'",
  ],
  ['a token that nobody gave', { repositoryName: 'there', nextToken: 'x' }, "Invalid parameter at 'nextToken'"],
  ['a repository that is not there', { repositoryName: 'absent' }, 'RepositoryNotFoundException'],
])('%s', async ([, input, expected]) => {
  const client = ecrClient(server)
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: JSON.stringify(input) })
      delete (args.request as { headers: Record<string, string> }).headers['content-length']
      return next(args)
    },
    { step: 'build', priority: 'low' },
  )
  const error = await client.send(new ListImagesCommand({ repositoryName: 'xx' })).catch((thrown: Error) => thrown)
  expect(`${(error as Error).name}: ${(error as Error).message}`).toContain(expected)
})
