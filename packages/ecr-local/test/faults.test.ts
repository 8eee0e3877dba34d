import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EcrLocal, type Fault, startEcrLocal } from '../src/index.ts'
import { ecrClient, stsClient } from './support/clients.ts'
import { imageDocument, type RegistryClient, refusal, registryClient } from './support/registry-client.ts'

let server: EcrLocal
let ecr: ReturnType<typeof ecrClient>
let registry: RegistryClient

beforeEach(async () => {
  server = await startEcrLocal()
  ecr = ecrClient(server)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  registry = await registryClient(ecr)
})

afterEach(() => server.close())

const list = () => ecr.send(new DescribeRepositoriesCommand({}))

describe('errors of the API', () => {
  test.for<[Partial<Fault>, { name: string; message?: unknown; status?: number }]>([
    [{ error: 'ThrottlingException' }, { name: 'ThrottlingException', message: 'Rate exceeded', status: 400 }],
    [{ error: 'ServerException' }, { name: 'ServerException', status: 500 }],
    [
      { error: 'ExpiredTokenException' },
      { name: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
    ],
    [
      { error: 'SomethingNew', message: 'says this', status: 418 },
      { name: 'SomethingNew', message: 'says this', status: 418 },
    ],
    [
      { error: 'AccessDeniedException' },
      {
        name: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::123456789012:user/ecr-local is not authorized to perform: ecr:DescribeRepositories on resource: arn:aws:ecr:eu-central-1:123456789012:repository/* because no identity-based policy allows the ecr:DescribeRepositories action',
      },
    ],
  ])('%j', async ([fault, { status = 400, ...expected }]) => {
    server.addFault({ operation: 'DescribeRepositories', ...fault })
    await expect(list()).rejects.toMatchObject({ ...expected, $metadata: { httpStatusCode: status } })
    server.clearFaults()
    await list()
  })

  test('an image that is not given out is a failure beside the answer, whatever is stored', async () => {
    const image = await registry.image('app', 'v1', 'content')
    server.addFault({
      operation: 'BatchGetImage',
      service: 'ecr',
      imageFailure: 'KmsError',
      message: 'No key',
      times: 1,
    })
    const imageId = { imageTag: 'v1' }
    const get = () => ecr.send(new BatchGetImageCommand({ repositoryName: 'app', imageIds: [imageId] }))
    const failures = [{ imageId, failureCode: 'KmsError', failureReason: 'No key' }]
    expect(await get()).toMatchObject({ images: [], failures })
    expect(await get()).toMatchObject({ images: [{ imageId: { imageDigest: image.digest } }], failures: [] })
  })

  test('AccessDenied names the repository', async () => {
    server.addFault({ operation: 'PutImage', error: 'AccessDeniedException' })
    const command = new PutImageCommand({ repositoryName: 'app', imageManifest: '{}' })
    await expect(ecr.send(command)).rejects.toMatchObject({
      message: expect.stringContaining('on resource: arn:aws:ecr:eu-central-1:123456789012:repository/app because'),
    })
  })
})

describe('errors of the registry', () => {
  const push = async () => registry.manifest('app', 'v1', await imageDocument(registry, 'app', 'content'))

  test.for<[string, number, string, RegExp]>([
    ['ThrottlingException', 429, 'TOOMANYREQUESTS', /^Rate exceeded$/],
    [
      'AccessDeniedException',
      403,
      'DENIED',
      /is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository\/app because no identity-based policy allows/,
    ],
    ['ExpiredTokenException', 403, 'DENIED', /^Your authorization token has expired\. Reauthenticate and try again\.$/],
    ['LimitExceededException', 403, 'DENIED', /limit/],
    ['ServerException', 500, 'UNKNOWN', /./],
  ])('%s', async ([error, status, code, words]) => {
    server.addFault({ operation: 'PutImage', error })
    expect(await refusal(await push())).toEqual({ status, code, message: expect.stringMatching(words) })
  })

  test('a missing permission is that of the step that needs it', async () => {
    server.addFault({ operation: 'InitiateLayerUpload', service: 'registry', error: 'AccessDeniedException' })
    await expect(registry.layer('app', 'content')).rejects.toThrow()
    const begun = await registry.fetch('/v2/app/blobs/uploads/', { method: 'POST' })
    expect(await refusal(begun)).toMatchObject({ status: 403, code: 'DENIED' })
    expect((await registry.fetch('/v2/app/tags/list')).status).toBe(200)
  })
})

describe('which calls', () => {
  test('skip and times count the calls that fit', async () => {
    server.addFault({ operation: 'DescribeRepositories', error: 'ThrottlingException', skip: 1, times: 2 })
    const outcomes: string[] = []
    for (let call = 0; call < 5; call++) {
      await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['app'] })).then(
        () => outcomes.push('good'),
        () => outcomes.push('struck'),
      )
    }
    expect(outcomes).toEqual(['good', 'struck', 'struck', 'good', 'good'])
  })

  test('service, account, region, key and repository restrict it', async () => {
    const others: Partial<Fault>[] = [
      { service: 'registry' },
      { service: 'sts' },
      { account: '111122223333' },
      { region: 'us-east-1' },
      { accessKeyId: 'OTHER' },
      { repository: 'other' },
    ]
    for (const other of others) server.addFault({ operation: '*', error: 'ServerException', ...other })
    await list()
    server.addFault({ operation: '*', error: 'ServerException', account: '123456789012', region: 'eu-central-1' })
    await expect(list()).rejects.toMatchObject({ name: 'ServerException' })
  })

  test('a route of the registry can be named', async () => {
    await registry.image('app', 'v1', 'content')
    server.addFault({ operation: 'HEAD manifest', error: 'ServerException' })
    const status = async (method: string) => (await registry.fetch('/v2/app/manifests/v1', { method })).status
    expect([await status('HEAD'), await status('GET')]).toEqual([500, 200])
  })

  test('STS has faults as well', async () => {
    server.addFault({ operation: 'GetCallerIdentity', error: 'ThrottlingException' })
    await expect(stsClient(server).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'Throttling' })
    await list()
  })
})

describe('connections', () => {
  test.for(['reset', 'half'] as const)('%s breaks API, STS and registry', async (connection) => {
    server.addFault({ operation: '*', connection })
    await expect(list()).rejects.toThrow()
    await expect(stsClient(server).send(new GetCallerIdentityCommand({}))).rejects.toThrow()
    await expect(registry.fetch('/v2/app/tags/list').then((answer) => answer.text())).rejects.toThrow()
    server.clearFaults()
    await list()
  })

  test('a reset call was not served, a half answered one was', async () => {
    const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }))
    server.addFault({ operation: 'CreateRepository', connection: 'reset', times: 1 })
    await expect(create('one')).rejects.toThrow()
    server.addFault({ operation: 'CreateRepository', connection: 'half', times: 1 })
    await expect(create('two')).rejects.toThrow()
    const { repositories } = await list()
    expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(['app', 'two'])
    expect(server.calls.filter(({ operation }) => operation === 'CreateRepository').at(-2)).toMatchObject({
      status: 0,
      error: 'ConnectionBroken',
    })
  })

  test('a download breaks off', async () => {
    const digest = await registry.layer('app', 'x'.repeat(1_000_000))
    server.addFault({ operation: 'GetDownloadUrlForLayer', connection: 'half' })
    const answer = await registry.fetch(`/v2/app/blobs/${digest}`)
    expect(answer.headers.get('content-length')).toBe('1000000')
    await expect(answer.bytes()).rejects.toThrow()
  })
})

describe('speed', () => {
  test('a delayed call is answered after those that came later', async () => {
    server.addFault({ operation: 'DescribeRepositories', delayMs: 300, times: 1 })
    const order: string[] = []
    const slow = list().then(() => order.push('slow'))
    await expect.poll(() => server.calls.at(-1)?.operation).toBe('DescribeRepositories')
    await list().then(() => order.push('fast'))
    await slow
    expect(order).toEqual(['fast', 'slow'])
  })

  test('ten pushes of a manifest a second, per region, and the rest throttled', async () => {
    server.addFault({ operation: 'PutImage', perSecond: 10 })
    const document = await imageDocument(registry, 'app', 'content')
    const tags = Array.from({ length: 100 }, (_, index) => `t${index}`)
    const answers = await Promise.all(tags.map((tag) => registry.manifest('app', tag, document)))
    const statuses = answers.map(({ status }) => status)
    const good = statuses.filter((status) => status === 201).length
    expect(good).toBeGreaterThanOrEqual(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(100 - good)
    expect(good).toBeLessThan(100)
    const elsewhere = ecrClient(server, { region: 'us-east-1' })
    await elsewhere.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    await (await registryClient(elsewhere)).image('app', 'v1', 'content')
  })
})
