import { describe, expect, test } from 'vitest'
import { awsCredentials } from '../src/aws-credentials.ts'
import { awsHttp } from '../src/aws-http.ts'
import type { RoleSettings } from '../src/aws-role.ts'
import type { AwsSettings } from '../src/aws-settings.ts'
import type { Environment } from '../src/environment.ts'
import { Failure } from '../src/failure.ts'
import type { Grant } from '../src/grant.ts'
import type { RoleRequest, Sts } from '../src/sts.ts'
import { memoryJob } from '../src/testing.ts'
import { httpServer, json } from './support/http-server.ts'

const ROLE: RoleSettings = {
  role: 'deploy',
  sessionName: 'session',
  durationSeconds: undefined,
  externalId: 'x-1',
  oidcAudience: 'sts.amazonaws.com',
}
const SETTINGS: AwsSettings = { region: 'cn-north-1', accountId: undefined, keys: undefined, role: undefined }
const KEYS = { accessKeyId: 'AKIAINPUT', secretAccessKey: 'input-secret', sessionToken: 'input-token' }
const OWN_KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env-secret' }
const ASSUMED: Grant = { accessKeyId: 'ASIA', secretAccessKey: 'role-secret', sessionToken: 'role-token' }
const JWT = `x.${Buffer.from(JSON.stringify({ sub: 'repo:octo-org/app', iss: 'https://issuer.example' })).toString('base64url')}.y`

/** The source for a step, with an STS in memory that notes who asked for which role. */
async function sourceFor(settings: Partial<AwsSettings>, env: Environment = {}, refusal?: Error) {
  const asked: { by: string; role: RoleRequest; externalId?: string | undefined }[] = []
  const grant = () => {
    if (refusal) throw refusal
    return ASSUMED
  }
  const sts: Sts = {
    callerIdentity: async () => ({ account: '123456789012', arn: 'arn:aws-cn:iam::123456789012:user/ci' }),
    assumeRole: async ({ accessKeyId }, role, externalId) => {
      asked.push({ by: accessKeyId, role, externalId })
      return grant()
    },
    assumeRoleWithWebIdentity: async (token, role) => {
      asked.push({ by: token, role })
      return grant()
    },
  }
  const job = memoryJob(env)
  return { source: awsCredentials({ ...SETTINGS, ...settings }, { sts, http: awsHttp({}) }, job), asked, job }
}

async function tokens(): Promise<Environment> {
  const server = await httpServer((_, response) => json(response, 200, { value: JWT }))
  return { ACTIONS_ID_TOKEN_REQUEST_URL: server.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'r3quest' }
}

describe('keys', () => {
  test('of the inputs come before all others', async () => {
    const { source } = await sourceFor({ keys: KEYS }, { ...OWN_KEYS, AWS_SESSION_TOKEN: 'stray', ...(await tokens()) })
    expect([source.name, await source.get()]).toEqual(["the inputs 'access_key_id' and 'secret_access_key'", KEYS])
  })

  test.each([
    [{}, {}],
    [{ AWS_SESSION_TOKEN: '' }, {}],
    [{ AWS_SESSION_TOKEN: 't0ken', AWS_PROFILE: 'other' }, { sessionToken: 't0ken' }],
  ])('of the environment come next: %j', async (env, more) => {
    const { source } = await sourceFor({}, { ...OWN_KEYS, ...(env as Environment) })
    expect(source.name).toBe('the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
    expect(await source.get()).toEqual({ accessKeyId: 'AKIAENV', secretAccessKey: 'env-secret', ...more })
  })
})

describe('a role with keys', () => {
  const ARN = 'arn:aws:iam::999988887777:role/deploy'

  test.each([
    [{ keys: KEYS }, {}, 'AKIAINPUT', "the inputs 'access_key_id' and 'secret_access_key'"],
    [{}, OWN_KEYS, 'AKIAENV', 'the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
  ])('%j %j is assumed with them, even where the job may ask GitHub', async (settings, env, by, name) => {
    const { source, asked, job } = await sourceFor(
      { ...(settings as Partial<AwsSettings>), role: { ...ROLE, role: ARN, durationSeconds: 900 } },
      { ...(env as Environment), ...(await tokens()) },
    )
    expect(await source.get()).toBe(ASSUMED)
    const role = { arn: ARN, sessionName: 'session', durationSeconds: 900 }
    expect(asked).toEqual([{ by, role, externalId: 'x-1' }])
    expect(source.name).toBe(`role ${ARN}, assumed with ${name}`)
    expect(job.told.masks).toEqual(expect.arrayContaining(['role-secret', 'role-token']))
  })

  test.each([
    [undefined, 'arn:aws-cn:iam::123456789012:role/deploy'],
    ['111122223333', 'arn:aws-cn:iam::111122223333:role/deploy'],
  ])('by its name is in account %s or that of the keys, and in their partition', async (accountId, arn) => {
    const { source, asked } = await sourceFor({ keys: KEYS, accountId, role: ROLE })
    expect(source.name).toMatch(/^role deploy, assumed with/)
    await source.get()
    expect(asked[0]?.role.arn).toBe(arn)
    expect(source.name).toContain(`role ${arn}, assumed with`)
  })

  test('that AWS denies is told', async () => {
    const refusal = Object.assign(new Error('Denied.'), { name: 'AccessDenied' })
    const { source } = await sourceFor({ keys: KEYS, role: ROLE }, {}, refusal)
    await expect(source.get()).rejects.toThrow(/^AWS denies role arn:aws-cn:iam::123456789012:role\/deploy to/)
  })
})

describe("a role with GitHub's token", () => {
  test('is assumed where there are no keys and the job may ask', async () => {
    const { source, asked, job } = await sourceFor({ accountId: '111122223333', role: ROLE }, await tokens())
    expect(await source.get()).toBe(ASSUMED)
    const arn = 'arn:aws-cn:iam::111122223333:role/deploy'
    expect(asked).toEqual([{ by: JWT, role: { arn, sessionName: 'session', durationSeconds: undefined } }])
    expect(source.name).toBe(`role ${arn}, assumed with GitHub's OIDC token`)
    expect(job.told.masks).toEqual([JWT, 'role-secret', 'role-token'])
  })

  test.each([
    ['eu-central-1', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-iso-east-1', 'aws-iso'],
  ])('by its name is in the partition of region %s', async (region, partition) => {
    const { source, asked } = await sourceFor({ region, accountId: '111122223333', role: ROLE }, await tokens())
    await source.get()
    expect(asked[0]?.role.arn).toBe(`arn:${partition}:iam::111122223333:role/deploy`)
  })

  test('by its name alone has no account', async () => {
    const { source, asked } = await sourceFor({ role: ROLE }, await tokens())
    await expect(source.get()).rejects.toThrow(
      new Failure(
        "Input 'assume_role' is the name 'deploy', and GitHub's OIDC token belongs to no AWS account. Give the ARN of the role, or its account as 'account_id'.",
      ),
    )
    expect(asked).toEqual([])
  })

  test('that AWS denies tells the subject to trust', async () => {
    const refusal = Object.assign(new Error('Denied.'), { name: 'AccessDenied' })
    const { source } = await sourceFor({ accountId: '111122223333', role: ROLE }, await tokens(), refusal)
    await expect(source.get()).rejects.toThrow('"issuer.example:sub":"repo:octo-org/app"')
  })
})
