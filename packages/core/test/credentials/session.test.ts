import { afterEach, describe, expect, test, vi } from 'vitest'
import type { RoleSettings } from '../../src/aws/role.ts'
import type { AwsSession } from '../../src/credentials/session.ts'
import { openAws, stubAws } from '../support/aws.ts'
import { httpServer, json, type SeenRequest } from '../support/http-server.ts'
import { answerSts, stsAction } from '../support/sts-answers.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const KEYS = { accessKeyId: 'AKIA', secretAccessKey: 's3cret' }
const ROLE: RoleSettings = {
  role: 'arn:aws:iam::123456789012:role/deploy',
  source: 'auto',
  sessionName: 'session',
  durationSeconds: undefined,
  externalId: undefined,
  oidcAudience: undefined,
}

const policyOf = (session: AwsSession) =>
  session.call('ecr:GetRepositoryPolicy', async (options) =>
    (await session.ecr()).getRepositoryPolicy({ repositoryName: 'app' }, options),
  )

/** The key and the region that a request was signed for. */
const signedFor = ({ headers }: SeenRequest): string =>
  /Credential=(.*?)\/\d+\/(.*?)\/ecr/
    .exec(headers.authorization ?? '')
    ?.slice(1)
    .join(' ') ?? ''

/** An ECR and an STS for the account 123456789012; `refusals` are the error names of ECR's first answers. */
async function aws(...refusals: string[]) {
  const ecr = await httpServer((_, response, number) => {
    const refusal = refusals[number - 1]
    if (refusal === undefined) json(response, 200, { registryId: '123456789012' })
    else json(response, 400, { __type: refusal, message: 'Refused.' })
  })
  const sts = await httpServer((request, response, number) => answerSts(request, response, '123456789012', number))
  return { ecr, sts, environment: { AWS_ENDPOINT_URL_ECR: ecr.url, AWS_ENDPOINT_URL_STS: sts.url } }
}

describe('secrets are masked before any call', () => {
  test('of the inputs', () => {
    stubAws({})
    const { job } = openAws({ keys: { ...KEYS, sessionToken: 't0ken' } })
    expect(job.told.masks).toEqual(['s3cret', 't0ken'])
  })

  test('of the environment, with that of a proxy', () => {
    stubAws({
      AWS_SECRET_ACCESS_KEY: 'of-env',
      AWS_SESSION_TOKEN: 'token-of-env',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'r3quest',
      HTTPS_PROXY: 'http://me:p%40ss@proxy.example',
    })
    expect(openAws().job.told.masks).toEqual(['of-env', 'token-of-env', 'r3quest', 'p%40ss', 'p@ss'])
  })

  test('nothing empty', () => {
    stubAws({ AWS_SECRET_ACCESS_KEY: '' })
    expect(openAws().job.told.masks).toEqual([])
  })
})

describe('call', () => {
  test('gives what the call gives', async () => {
    stubAws({})
    const { session, job } = openAws({ keys: KEYS })
    expect(await session.call('ecr:X', async ({ abortSignal }) => abortSignal)).toBe(job.signal)
  })

  test('turns an error into a line about the action and the repository', async () => {
    stubAws({})
    const error = Object.assign(new Error('No more.'), { name: 'OddException' })
    const failing = openAws({ keys: KEYS }).session.call(
      'ecr:CreateRepository',
      () => Promise.reject(error),
      'team/app',
    )
    await expect(failing).rejects.toThrow(
      "ecr:CreateRepository for repository 'team/app' failed in eu-central-1: OddException: No more.",
    )
  })

  test('does not try without credentials', async () => {
    const { ecr, environment } = await aws()
    stubAws(environment)
    await expect(policyOf(openAws().session)).rejects.toThrow(/^No AWS credentials: /)
    expect(ecr.requests).toEqual([])
  })

  test.each([
    [undefined, 5],
    ['2', 2],
  ])(
    'is tried again when AWS throttles: with AWS_MAX_ATTEMPTS %s it is %d times',
    async (most, times) => {
      const { ecr, environment } = await aws(...Array<string>(9).fill('ThrottlingException'))
      stubAws({ ...environment, AWS_MAX_ATTEMPTS: most })
      await expect(policyOf(openAws({ keys: KEYS }).session)).rejects.toThrow(/^AWS still throttles/)
      expect(ecr.requests).toHaveLength(times)
    },
    60_000,
  )

  test('ends when the job is cancelled, with the reason of the cancellation', async () => {
    const cancel = new AbortController()
    const reason = new Error('Cancelled')
    const silent = await httpServer(() => cancel.abort(reason))
    stubAws({ AWS_ENDPOINT_URL_ECR: silent.url, AWS_ENDPOINT_URL_STS: silent.url })
    const { session } = openAws({ keys: KEYS }, cancel.signal)
    await expect(policyOf(session)).rejects.toBe(reason)
    await expect(session.identity()).rejects.toBe(reason)
  })

  test('goes through the proxy of the runner', async () => {
    const { ecr: proxy } = await aws()
    stubAws({ AWS_ENDPOINT_URL_ECR: 'http://ecr.example:1', HTTP_PROXY: proxy.url, NO_PROXY: undefined })
    await policyOf(openAws({ keys: KEYS }).session)
    expect(proxy.requests).toMatchObject([{ url: 'http://ecr.example:1/' }])
  })

  test('goes past the proxy where NO_PROXY says so', async () => {
    const { ecr, environment } = await aws()
    stubAws({ ...environment, HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1' })
    await policyOf(openAws({ keys: KEYS }).session)
    expect(ecr.requests).toMatchObject([{ url: '/' }])
  })
})

describe('an assumed role', () => {
  test('signs the calls, in every region', async () => {
    const { ecr, sts, environment } = await aws()
    stubAws(environment)
    const { session } = openAws({ keys: KEYS, role: ROLE })
    await Promise.all([policyOf(session), policyOf(session.in('us-east-1'))])
    expect(ecr.requests.map(signedFor).sort()).toEqual(['ASIA1 eu-central-1', 'ASIA1 us-east-1'])
    expect(sts.requests.map(stsAction)).toEqual(['AssumeRole'])
  })

  test('is assumed again when AWS says that the session has expired', async () => {
    const { ecr, sts, environment } = await aws('ExpiredTokenException')
    stubAws(environment)
    const { session, job } = openAws({ keys: KEYS, role: ROLE })
    expect(await policyOf(session)).toMatchObject({ registryId: '123456789012' })
    expect(ecr.requests.map(signedFor)).toEqual(['ASIA1 eu-central-1', 'ASIA2 eu-central-1'])
    expect(sts.requests.map(stsAction)).toEqual(['AssumeRole', 'AssumeRole'])
    expect(job.told.masks).toEqual(expect.arrayContaining(['role-secret-2', 'role-token-2']))
  })

  test('that stays expired is a line', async () => {
    const { ecr, environment } = await aws('ExpiredTokenException', 'ExpiredTokenException')
    stubAws(environment)
    await expect(policyOf(openAws({ keys: KEYS, role: ROLE }).session)).rejects.toThrow(
      /^The AWS session from role arn:aws:iam::123456789012:role\/deploy, assumed with the inputs .* has expired\./,
    )
    expect(ecr.requests).toHaveLength(2)
  })

  test('tells its identity without another call', async () => {
    const { sts, environment } = await aws()
    stubAws(environment)
    const { session } = openAws({ keys: KEYS, role: ROLE })
    expect(await session.identity()).toEqual({
      account: '123456789012',
      arn: 'arn:aws:sts::123456789012:assumed-role/deploy/session',
    })
    expect(sts.requests.map(stsAction)).toEqual(['AssumeRole'])
  })
})

test('keys that have expired and cannot be renewed are tried once', async () => {
  const { ecr, environment } = await aws('ExpiredTokenException')
  stubAws(environment)
  await expect(policyOf(openAws({ keys: KEYS }).session)).rejects.toThrow(/has expired/)
  expect(ecr.requests).toHaveLength(1)
})

describe('the identity', () => {
  test('is asked for once and told once', async () => {
    const { sts, environment } = await aws()
    stubAws(environment)
    const { session, job } = openAws({ keys: KEYS })
    const [one, two] = await Promise.all([session.identity(), session.in('us-east-1').identity()])
    expect(one).toEqual({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci' })
    expect(two).toBe(one)
    expect(sts.requests).toHaveLength(1)
    expect(job.told.lines).toEqual([
      "AWS identity: arn:aws:iam::123456789012:user/ci, account 123456789012, from the inputs 'access_key_id' and 'secret_access_key'",
    ])
  })

  test('may stay unknown where STS cannot be reached', async () => {
    const { environment } = await aws()
    stubAws({ ...environment, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' })
    const { session } = openAws({ keys: KEYS })
    expect(await session.identity()).toEqual({ account: '', arn: '' })
    expect(await policyOf(session)).toMatchObject({ registryId: '123456789012' })
  })
})

describe('with an account that it has to be', () => {
  test('no call is made before AWS has said that it is', async () => {
    const { ecr, sts, environment } = await aws()
    stubAws(environment)
    const { session } = openAws({ keys: KEYS, accountId: '123456789012' }, undefined, '123456789012')
    await policyOf(session)
    expect([sts.requests.length, ecr.requests.length]).toEqual([1, 1])
  })

  test('nothing is done where it is another one', async () => {
    const { ecr, environment } = await aws()
    stubAws(environment)
    const { session } = openAws({ keys: KEYS }, undefined, '111122223333')
    const east = session.in('us-east-1')
    await expect(policyOf(session)).rejects.toThrow(/^Input 'account_id' is 111122223333, but/)
    await expect(policyOf(east)).rejects.toThrow(/^Input 'account_id' is 111122223333, but/)
    expect(ecr.requests).toEqual([])
  })
})
