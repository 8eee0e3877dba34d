import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob, type Job, leaks } from '../../packages/runner-harness/src/index.ts'
import {
  bareMachine,
  githubToken,
  sessionKeys,
  startContainerEndpoint,
  startMetadataService,
  startPlace,
} from '../support/aws-places.ts'

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

const jobOn = (machine: Record<string, string> = {}) => createJob({ machine: { ...bareMachine(ecr), ...machine } })

const secret = () => ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? ''
const inputKeys = (account: string) => ({
  access_key_id: ecr.environmentOf({ account })['AWS_ACCESS_KEY_ID'] ?? '',
  secret_access_key: secret(),
})
const machineKeys = (account: string) => ({
  AWS_ACCESS_KEY_ID: ecr.environmentOf({ account })['AWS_ACCESS_KEY_ID'] ?? '',
  AWS_SECRET_ACCESS_KEY: secret(),
})

/** Logs in, and gives the line that says as whom; nothing secret may be left after the job. */
async function identityIn(job: Job, given: Record<string, string> = {}, secrets: readonly string[] = [secret()]) {
  const step = await job.run('ecr-login', { with: given })
  expect(step.conclusion, step.log).toBe('success')
  await job.post()
  expect(leaks(job, [...secrets, ...step.masks])).toEqual([])
  return /^AWS identity: (.*)$/m.exec(step.log)?.[1]
}

const user = (account: string) => `arn:aws:iam::${account}:user/ecr-local, account ${account}, from`
const session = (role: string, name = 'before') =>
  `arn:aws:sts::123456789012:assumed-role/${role}/${name}, account 123456789012, from`

describe('credentials come from', () => {
  it('the inputs, with a session token where there is one', async () => {
    await using job = await jobOn()
    expect(await identityIn(job, inputKeys('111122223333'))).toBe(
      `${user('111122223333')} the inputs 'access_key_id' and 'secret_access_key'`,
    )
    const keys = await sessionKeys(ecr, 'ci')
    const given = {
      access_key_id: keys.AccessKeyId,
      secret_access_key: keys.SecretAccessKey,
      session_token: keys.SessionToken,
    }
    expect(await identityIn(job, given, [keys.SecretAccessKey, keys.SessionToken])).toBe(
      `${session('ci')} the inputs 'access_key_id' and 'secret_access_key'`,
    )
  })

  it('the environment', async () => {
    await using job = await jobOn(machineKeys('123456789012'))
    expect(await identityIn(job)).toBe(
      `${user('123456789012')} the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    )
  })

  it('a profile of the files in the home', async () => {
    await using job = await jobOn({ AWS_PROFILE: 'ci' })
    const { AWS_ACCESS_KEY_ID: id } = machineKeys('111122223333')
    mkdirSync(join(job.folders.home, '.aws'))
    const file = join(job.folders.home, '.aws', 'credentials')
    writeFileSync(file, `[ci]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret()}\n`)
    const step = await job.run('ecr-login')
    expect(step.log).toContain(`AWS identity: ${user('111122223333')} the profile 'ci' of the AWS files`)
    expect(step.masks).toContain(secret())
  })

  it('a web identity token, as pods have it', async () => {
    await using job = await jobOn({
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
      AWS_ROLE_SESSION_NAME: 'pod-1',
    })
    const file = join(job.folders.root, 'token')
    writeFileSync(file, githubToken())
    const step = await job.run('ecr-login', { env: { AWS_WEB_IDENTITY_TOKEN_FILE: file } })
    expect(step.log).toContain(
      `AWS identity: ${session('pod', 'pod-1')} the web identity token in AWS_WEB_IDENTITY_TOKEN_FILE`,
    )
  })

  it('the endpoint of the container', async () => {
    const keys = await sessionKeys(ecr, 'pod')
    await using place = await startContainerEndpoint(keys)
    await using job = await jobOn({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${place.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the-token-of-this-pod',
    })
    expect(await identityIn(job, {}, [keys.SecretAccessKey, keys.SessionToken])).toBe(
      `${session('pod')} the credentials endpoint of the container`,
    )
    expect(place.requests).toEqual([{ line: 'GET /v1/credentials', authorization: 'the-token-of-this-pod' }])
  })

  it('the role of the machine', async () => {
    const keys = await sessionKeys(ecr, 'machine')
    await using place = await startMetadataService(keys)
    await using job = await jobOn({ AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: place.url })
    expect(await identityIn(job, {}, [keys.SecretAccessKey, keys.SessionToken])).toBe(
      `${session('machine')} the role of the machine (instance metadata)`,
    )
  })
})

describe('what comes first', () => {
  it('the inputs before the environment, whose session token stays out of it', async () => {
    await using job = await jobOn({ ...machineKeys('123456789012'), AWS_SESSION_TOKEN: 'a-stray-session-token' })
    expect(await identityIn(job, inputKeys('111122223333'))).toMatch(/^arn:aws:iam::111122223333:.* the inputs /)
  })

  it('the environment before a profile and before the endpoint of the container', async () => {
    await using place = await startContainerEndpoint(await sessionKeys(ecr, 'pod'))
    await using job = await jobOn({
      ...machineKeys('111122223333'),
      AWS_PROFILE: 'other',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: place.url,
    })
    expect(await identityIn(job)).toMatch(/^arn:aws:iam::111122223333:.* the environment variables /)
    expect(place.requests).toEqual([])
  })
})

describe('without credentials', () => {
  /** The one error of a login that fails. */
  async function errorOf(job: Job, given: Record<string, string> = {}) {
    const step = await job.run('ecr-login', { with: given })
    expect([step.conclusion, step.files.temp]).toEqual(['failure', []])
    expect(leaks(job, [secret(), ...step.masks])).toEqual([])
    return step.annotations.map(({ message }) => message)
  }

  it('the line says what to give', async () => {
    await using job = await jobOn()
    expect(await errorOf(job)).toEqual([
      "No AWS credentials: no key inputs are given, the runner's environment and AWS files name no source, and the metadata service of the machine gives none: AWS_EC2_METADATA_DISABLED is true. Give 'access_key_id' and 'secret_access_key', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY on the runner.",
    ])
    expect(ecr.calls).toEqual([])
  })

  it('a metadata service that never answers is asked twice, each time for a second', async () => {
    await using silent = await startPlace(() => undefined)
    await using job = await jobOn({ AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: silent.url })
    expect(await errorOf(job)).toEqual([expect.stringMatching(/^No AWS credentials: /)])
    expect(silent.requests).toHaveLength(2)
  })

  it('half of a pair is told', async () => {
    await using job = await jobOn()
    expect(await errorOf(job, { session_token: 'only-a-session-token' })).toEqual([
      "Input 'session_token' is incomplete: set both 'access_key_id' and 'secret_access_key', or neither to use the credentials of the runner.",
    ])
  })

  it('what AWS refuses is told with its source', async () => {
    await using job = await jobOn({
      AWS_ACCESS_KEY_ID: 'AKIAUNKNOWNUNKNOWN00',
      AWS_SECRET_ACCESS_KEY: 'wrong-wrong-wrong',
    })
    expect(await errorOf(job)).toEqual([
      expect.stringMatching(/^AWS does not know the access key from the environment/),
    ])
    const { access_key_id } = inputKeys('123456789012')
    expect(await errorOf(job, { access_key_id, secret_access_key: 'wrong-wrong-wrong' })).toEqual([
      expect.stringMatching(/^AWS refuses the secret access key from the inputs/),
    ])
  })

  it('a session that has expired is told', async () => {
    const keys = await sessionKeys(ecr, 'ci')
    ecr.expireSessions()
    await using job = await jobOn({
      AWS_ACCESS_KEY_ID: keys.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
      AWS_SESSION_TOKEN: keys.SessionToken,
    })
    expect(await errorOf(job)).toEqual([
      'The AWS session from the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY has expired. Get new credentials before this step.',
    ])
  })
})
