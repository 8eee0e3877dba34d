import { type EcrLocal, startEcrLocal } from 'ecr-local'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Failure } from '../src/failure.ts'
import { oneAnswer, openAws, stubAws } from './support/aws.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: EcrLocal
beforeAll(async () => {
  server = await startEcrLocal()
})
afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
})

const endpoints = () => ({ AWS_ENDPOINT_URL_ECR: server.endpoint, AWS_ENDPOINT_URL_STS: server.endpoint })
const keys = () => ({
  accessKeyId: server.environment['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: server.environment['AWS_SECRET_ACCESS_KEY'] ?? '',
})
const OTHER_KEYS = { AWS_ACCESS_KEY_ID: 'ECRLOCAL210987654321', AWS_SECRET_ACCESS_KEY: 'not the one of the server' }

describe('credentials', () => {
  test('come from the inputs before all others', async () => {
    stubAws({ ...endpoints(), ...OTHER_KEYS })
    const { session } = openAws({ keys: keys() })
    expect(session.source).toBe("the inputs 'access_key_id' and 'secret_access_key'")
    expect(await session.identity()).toEqual({
      account: server.account,
      arn: `arn:aws:iam::${server.account}:user/ecr-local`,
    })
  })

  test("come from the runner's environment", async () => {
    stubAws(server.environment)
    const { session } = openAws()
    expect(session.source).toBe('the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
    expect((await session.identity()).account).toBe(server.account)
  })

  test('are missing everywhere', async () => {
    stubAws(endpoints())
    const { session } = openAws()
    expect(session.source).toBe("the SDK's default chain")
    await expect(session.identity()).rejects.toThrow(
      "No AWS credentials: there are no key inputs, and the runner's environment, files and metadata service have none.",
    )
  })

  test.each([
    [{ accessKeyId: 'AKIAUNKNOWN' }, /^AWS does not know the access key from the inputs 'access_key_id'/],
    [{ secretAccessKey: 'wrong' }, /^AWS refuses the secret access key from the inputs 'access_key_id'/],
  ])('that are wrong, %j, are one line', async (wrong, line) => {
    stubAws(endpoints())
    const { session } = openAws({ keys: { ...keys(), ...wrong } })
    await expect(session.identity()).rejects.toThrow(line)
    await expect(session.identity()).rejects.toBeInstanceOf(Failure)
  })
})

describe('secrets are masked before any call', () => {
  test('of the inputs', () => {
    stubAws({})
    const { job } = openAws({ keys: { accessKeyId: 'AKIA', secretAccessKey: 's3cret', sessionToken: 't0ken' } })
    expect(job.told.masks).toEqual(['s3cret', 't0ken'])
  })

  test('of the environment', () => {
    stubAws({ AWS_SECRET_ACCESS_KEY: 'of-env', AWS_SESSION_TOKEN: 'token-of-env' })
    expect(openAws().job.told.masks).toEqual(['of-env', 'token-of-env'])
  })

  test('nothing empty', () => {
    stubAws({ AWS_SECRET_ACCESS_KEY: '' })
    expect(openAws().job.told.masks).toEqual([])
  })
})

describe('call', () => {
  test('gives what the call gives', async () => {
    stubAws({})
    const { session, job } = openAws()
    expect(await session.call('ecr:X', async ({ abortSignal }) => abortSignal)).toBe(job.signal)
  })

  test('turns an error into a line about the action and the repository', async () => {
    stubAws({})
    const error = Object.assign(new Error('No more.'), { name: 'LimitExceededException' })
    const failing = openAws().session.call('ecr:CreateRepository', () => Promise.reject(error), 'team/app')
    await expect(failing).rejects.toThrow(
      "ecr:CreateRepository for repository 'team/app' failed in eu-central-1: LimitExceededException: No more.",
    )
  })

  test('ends when the job is cancelled, with the reason of the cancellation', async () => {
    await using silent = await oneAnswer(500, {})
    stubAws({ ...server.environment, AWS_ENDPOINT_URL_STS: silent.endpoint })
    const cancel = new AbortController()
    const { session } = openAws({}, cancel.signal)
    const failing = session.identity()
    const reason = new Error('Cancelled')
    cancel.abort(reason)
    await expect(failing).rejects.toBe(reason)
  })
})
