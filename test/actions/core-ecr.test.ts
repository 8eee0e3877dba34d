import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Failure } from '../../packages/core/src/base/failure.ts'
import type { Repository } from '../../packages/core/src/ecr/ecr.ts'
import { oneAnswer, openAws, stubAws } from '../../packages/core/test/support/aws.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: EcrLocal
beforeAll(async () => {
  server = await startEcrLocal()
})
afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  server.clearFaults()
})

/** ECR of ecr-local, through the real SDK. */
function localEcr(settings: Parameters<typeof openAws>[0] = {}) {
  stubAws(server.environment)
  return openAws(settings)
}

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'

/** Pushes an index of no images, whose bytes differ by `note`, as a Docker client would. */
async function push({ uri, name }: Repository, tag: string, note: string, token: string) {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [], annotations: { note } })
  const answer = await fetch(`http://${uri.replace(`/${name}`, '')}/v2/${name}/manifests/${tag}`, {
    method: 'PUT',
    headers: { authorization: `Basic ${token}`, 'content-type': INDEX_TYPE },
    body,
  })
  expect(answer.status).toBe(201)
  return { body, mediaType: INDEX_TYPE, digest: `sha256:${createHash('sha256').update(body).digest('hex')}` }
}

/** The SDK's pauses between its tries are random parts of growing times. */
const withoutPauses = () => vi.spyOn(Math, 'random').mockReturnValue(0)

const some = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('there is none')
  return value
}

describe('authorization', () => {
  test('gives a password that the registry takes, masked in both its forms', async () => {
    const { ecr, job } = localEcr()
    const { username, password, token, expiresAt } = await ecr.authorization()
    expect(username).toBe('AWS')
    expect(Buffer.from(token, 'base64').toString()).toBe(`AWS:${password}`)
    expect(job.told.masks).toEqual(expect.arrayContaining([password, token]))
    expect(expiresAt).toBeInstanceOf(Date)
    const answer = await fetch(`${server.endpoint}/v2/`, { headers: { authorization: `Basic ${token}` } })
    expect(answer.status).toBe(200)
  })

  test('keeps a colon of the password', async () => {
    const token = Buffer.from('AWS:a:b').toString('base64')
    await using aws = await oneAnswer(200, { authorizationData: [{ authorizationToken: token }] })
    stubAws({ ...server.environment, AWS_ENDPOINT_URL_ECR: aws.endpoint })
    expect(await openAws().ecr.authorization()).toEqual({
      username: 'AWS',
      password: 'a:b',
      token,
      expiresAt: undefined,
    })
  })

  test.each([{}, { authorizationData: [] }, { authorizationData: [{ authorizationToken: 'QVdT' }] }])(
    'fails when there is none in %j',
    async (body) => {
      await using aws = await oneAnswer(200, body)
      stubAws({ ...server.environment, AWS_ENDPOINT_URL_ECR: aws.endpoint })
      await expect(openAws().ecr.authorization()).rejects.toThrow(
        new Failure('ECR in eu-central-1 returned no token for GetAuthorizationToken.'),
      )
    },
  )
})

describe('repositories', () => {
  test('a missing one is found to be missing, is created once, and then found', async () => {
    const { ecr } = localEcr()
    expect(await ecr.find('team/found')).toBeUndefined()
    const created = await ecr.create('team/found')
    expect(created).toEqual({
      name: 'team/found',
      uri: `${server.registry}/team/found`,
      registry: server.registry,
      arn: `arn:aws:ecr:eu-central-1:${server.account}:repository/team/found`,
      registryId: server.account,
      tagMutability: 'MUTABLE',
      exclusions: [],
      encryptionType: 'AES256',
      kmsKey: undefined,
      scanOnPush: false,
    })
    expect(await ecr.create('team/found')).toBeUndefined()
    expect(await ecr.find('team/found')).toEqual(created)
  })

  test('a registry of another account is asked by its id', async () => {
    const accountId = '210987654321'
    await using aws = await oneAnswer(200, {
      repositories: [
        {
          repositoryName: 'team/app',
          repositoryUri: `${accountId}.dkr.ecr.eu-central-1.amazonaws.com/team/app`,
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }],
          encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'arn:key' },
          imageScanningConfiguration: { scanOnPush: true },
        },
      ],
    })
    stubAws({ ...server.environment, AWS_ENDPOINT_URL_ECR: aws.endpoint })
    expect(await openAws({ accountId }).ecr.find('team/app')).toEqual({
      name: 'team/app',
      uri: `${accountId}.dkr.ecr.eu-central-1.amazonaws.com/team/app`,
      registry: `${accountId}.dkr.ecr.eu-central-1.amazonaws.com`,
      arn: '',
      registryId: '',
      tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      exclusions: ['latest'],
      encryptionType: 'KMS',
      kmsKey: 'arn:key',
      scanOnPush: true,
    })
  })

  test.each([{}, { repositories: [{}] }])('an answer without one, %j, is none', async (body) => {
    await using aws = await oneAnswer(200, body)
    stubAws({ ...server.environment, AWS_ENDPOINT_URL_ECR: aws.endpoint })
    const { ecr } = openAws()
    expect([await ecr.find('team/app'), await ecr.create('team/app')]).toEqual([undefined, undefined])
  })
})

describe('manifests', () => {
  test('come unchanged by tag and by digest, and get further tags', async () => {
    const { ecr } = localEcr()
    const repository = some(await ecr.create('team/tags'))
    const { token } = await ecr.authorization()
    const pushed = await push(repository, 'one', 'first', token)
    expect(await ecr.manifest(repository, { tag: 'one' })).toEqual(pushed)
    expect(await ecr.manifest(repository, { digest: pushed.digest })).toEqual(pushed)
    expect(await ecr.manifest(repository, { tag: 'two' })).toBeUndefined()

    await ecr.tag(repository, pushed, 'two')
    await ecr.tag(repository, pushed, 'two')
    expect(await ecr.manifest(repository, { tag: 'two' })).toEqual(pushed)

    const later = await push(repository, 'one', 'second', token)
    await ecr.tag(repository, later, 'two')
    expect((await ecr.manifest(repository, { tag: 'two' }))?.digest).toBe(later.digest)
  })

  test('a repository that is gone is a line', async () => {
    const { ecr } = localEcr()
    const gone = { ...some(await ecr.create('team/there')), name: 'team/gone' }
    const line =
      /^ecr:\w+ for repository 'team\/gone' failed in eu-central-1: RepositoryNotFoundException: .*'team\/gone'/
    await expect(ecr.manifest(gone, { tag: 'x' })).rejects.toThrow(line)
    await expect(ecr.tag(gone, { digest: '', mediaType: INDEX_TYPE, body: '{}' }, 'x')).rejects.toThrow(Failure)
  })
})

describe('a refusal is a line, and never "missing"', () => {
  test('denied', async () => {
    server.addFault({ operation: 'DescribeRepositories', error: 'AccessDeniedException' })
    await expect(localEcr().ecr.find('team/app')).rejects.toThrow(
      /^AWS denies ecr:DescribeRepositories to arn:aws:iam::\d{12}:user\/ecr-local\. Add this statement to its IAM policy: \{"Effect":"Allow","Action":"ecr:DescribeRepositories","Resource":"arn:aws:ecr:eu-central-1:\d{12}:repository\/[^"]+"\}$/,
    )
  })

  test('expired', async () => {
    server.addFault({ operation: '*', error: 'ExpiredTokenException' })
    await expect(localEcr().ecr.authorization()).rejects.toThrow(
      new Failure(
        'The AWS session from the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY has expired. Get new credentials before this step.',
      ),
    )
  })

  test('unknown key and wrong secret', async () => {
    const accessKeyId = server.environment['AWS_ACCESS_KEY_ID'] ?? ''
    const unknown = localEcr({ keys: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } })
    await expect(unknown.ecr.find('team/app')).rejects.toThrow(
      "AWS does not know the access key from the inputs 'access_key_id' and 'secret_access_key': The security token included in the request is invalid. Check that the key is active and belongs to this partition.",
    )
    const wrong = localEcr({ keys: { accessKeyId, secretAccessKey: 'x' } })
    await expect(wrong.ecr.create('team/app')).rejects.toThrow(/^AWS refuses the secret access key from the inputs/)
  })

  test('unreachable', async () => {
    const { endpoint, ...aws } = await oneAnswer(200, {})
    await aws[Symbol.asyncDispose]()
    stubAws({ ...server.environment, AWS_ENDPOINT_URL_ECR: endpoint })
    await expect(openAws().ecr.find('team/app')).rejects.toThrow(
      "ecr:DescribeRepositories for repository 'team/app' failed: AWS cannot be reached in region eu-central-1 (ECONNREFUSED). Check the region's name, the network and the proxy of the runner.",
    )
  })

  test('throttled, after five tries', async () => {
    withoutPauses()
    server.addFault({ operation: 'DescribeRepositories', error: 'ThrottlingException' })
    const before = server.calls.length
    await expect(localEcr().ecr.find('team/app')).rejects.toThrow(
      'AWS still throttles ecr:DescribeRepositories in eu-central-1 after all retries (Rate exceeded). Run fewer jobs at the same time, or request a higher quota from AWS.',
    )
    expect(server.calls.slice(before).map(({ error }) => error)).toEqual(Array(5).fill('ThrottlingException'))
  })

  test("a proxy's page instead of an answer", async () => {
    await using aws = await oneAnswer(403, '<html>\n<body>Blocked by policy</body>\n</html>')
    stubAws({ ...server.environment, AWS_ENDPOINT_URL_ECR: aws.endpoint })
    await expect(openAws().ecr.create('team/app')).rejects.toThrow(
      /^ecr:CreateRepository for repository 'team\/app' failed: the response in region eu-central-1 \(status 403.*\) is not from AWS\. Check the proxy/,
    )
  })
})

test.each([{ error: 'ThrottlingException' }, { error: 'ServerException' }, { connection: 'reset' } as const])(
  '%j, four times, is passed over',
  async (fault) => {
    withoutPauses()
    server.addFault({ operation: 'DescribeRepositories', times: 4, ...fault })
    expect(await localEcr().ecr.find('team/none')).toBeUndefined()
  },
)

test('a repository whose creation answered into a broken connection is there', async () => {
  withoutPauses()
  server.addFault({ operation: 'CreateRepository', times: 1, connection: 'half' })
  const { ecr } = localEcr()
  expect(await ecr.create('team/half')).toBeUndefined()
  expect(await ecr.find('team/half')).toMatchObject({ name: 'team/half' })
})
