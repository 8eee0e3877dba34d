import { describe, expect, test } from 'vitest'
import type { Credentials } from '../../src/aws/credential-provider.ts'
import { awsHttp } from '../../src/aws/http.ts'
import type { RoleSettings } from '../../src/aws/role.ts'
import type { AwsSettings } from '../../src/aws/settings.ts'
import type { RoleRequest, Sts } from '../../src/aws/sts.ts'
import type { Environment } from '../../src/base/environment.ts'
import { Failure } from '../../src/base/failure.ts'
import { awsCredentials } from '../../src/credentials/credentials.ts'
import { memoryJob } from '../../src/testing.ts'
import { httpServer, json } from '../support/http-server.ts'

const ROLE: RoleSettings = {
  role: 'deploy',
  source: 'auto',
  sessionName: 'session',
  durationSeconds: undefined,
  externalId: 'x-1',
  oidcAudience: 'sts.amazonaws.com',
}
const SETTINGS: AwsSettings = { region: 'cn-north-1', accountId: undefined, keys: undefined, role: undefined }
const KEYS = { accessKeyId: 'AKIAINPUT', secretAccessKey: 'input-secret', sessionToken: 'input-token' }
const OWN_KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env-secret' }
/** A runner that has nothing. */
const OFF = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const ASSUMED: Credentials = { accessKeyId: 'ASIA', secretAccessKey: 'role-secret', sessionToken: 'role-token' }
const JWT = `x.${Buffer.from(JSON.stringify({ sub: 'repo:octo-org/app', iss: 'https://issuer.example' })).toString('base64url')}.y`

/** The source for a step, with an STS in memory that notes who asked for which role. */
async function sourceFor(
  settings: Partial<AwsSettings>,
  env: Environment = {},
  refused?: Error | (() => Error | undefined),
) {
  const asked: { by: string; role: RoleRequest; externalId?: string | undefined }[] = []
  const grant = () => {
    const refusal = typeof refused === 'function' ? refused() : refused
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

  test('by its name alone has no account, where nothing else may be taken', async () => {
    const { source, asked } = await sourceFor({ role: { ...ROLE, source: 'oidc' } }, await tokens())
    await expect(source.get()).rejects.toThrow(
      new Failure(
        "Input 'assume_role' is the name 'deploy', and GitHub's OIDC token does not belong to an AWS account. Use the ARN of the role, or set 'account_id' to its account.",
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

describe('role_source', () => {
  const ARN = 'arn:aws:iam::999988887777:role/deploy'
  const line = (why: string) => `role_source is auto: the role is assumed ${why}.`
  const DENIED = Object.assign(new Error('Denied.'), { name: 'AccessDenied' })

  test.each([
    [{ keys: KEYS }, {}, 'with credentials, because keys are given as inputs'],
    [{}, OWN_KEYS, 'with credentials, because AWS_ACCESS_KEY_ID is set'],
    [{}, { AWS_PROFILE: 'ci' }, 'with credentials, because AWS_PROFILE is set'],
    [{}, {}, "with GitHub's OIDC token, because the job may ask for one"],
  ])('auto for %j and %j says: %s', async (settings, env, why) => {
    const files = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
    const given = { ...files, ...(env as Environment), ...(await tokens()) }
    const role = { ...ROLE, role: ARN }
    const { source, job } = await sourceFor({ ...(settings as Partial<AwsSettings>), role }, given)
    await source.get().catch(() => undefined)
    await source.get().catch(() => undefined)
    expect(job.told.lines).toEqual([line(why)])
  })

  test('auto takes what the runner has for a role whose account is not known', async () => {
    const env = { ...OFF, ...(await tokens()) }
    const { source, asked, job } = await sourceFor({ role: ROLE }, env)
    await expect(source.get()).rejects.toThrow(
      / To take GitHub's OIDC token instead, give the ARN of role 'deploy', or its account as 'account_id'\.$/,
    )
    expect(asked).toEqual([])
    expect(job.told.lines).toContain(
      line("with the credentials of the runner, because GitHub's OIDC token does not belong to an AWS account"),
    )
  })

  test('oidc takes the token, whatever the environment has', async () => {
    const { source, asked, job } = await sourceFor(
      { role: { ...ROLE, role: ARN, source: 'oidc' } },
      { ...OWN_KEYS, ...(await tokens()) },
    )
    await source.get()
    expect([asked[0]?.by, job.told.lines]).toEqual([JWT, []])
  })

  test('oidc has the YAML where the job may not ask', async () => {
    const { source } = await sourceFor({ role: { ...ROLE, role: ARN, source: 'oidc' } }, OWN_KEYS)
    await expect(source.get()).rejects.toThrow(
      "Input 'role_source' is oidc, but the job may not request an OIDC token from GitHub. Add to the job: 'permissions: { id-token: write, contents: read }'",
    )
  })

  test('credentials leaves the token alone', async () => {
    const role = { ...ROLE, role: ARN, source: 'credentials' } as const
    const { source, asked } = await sourceFor({ role }, { ...OFF, ...(await tokens()) })
    await expect(source.get()).rejects.toThrow(/^No AWS credentials to assume role /)
    expect(asked).toEqual([])
  })

  test.each([
    [{}, "With 'role_source: credentials', the credentials of the runner are taken instead."],
    [OWN_KEYS, "With 'role_source: oidc', GitHub's OIDC token is taken instead."],
  ])('auto with %j names the other one where AWS refuses', async (env, other) => {
    const given = { ...(env as Environment), ...(await tokens()) }
    const { source } = await sourceFor({ role: { ...ROLE, role: ARN } }, given, DENIED)
    await expect(source.get()).rejects.toThrow(other)
  })
})

test.each([
  ["Couldn't retrieve verification key from your identity provider", 'InvalidIdentityToken'],
  ['An error occurred while communicating with the identity provider', 'IDPCommunicationError'],
])('a token that STS cannot verify at the moment is sent again, a new one each time: %s', async (message, name) => {
  let asked = 0
  const server = await httpServer((_, response) => json(response, 200, { value: `${JWT}${++asked}` }))
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: server.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'r3quest' }
  const refusals = [Object.assign(new Error(message), { name }), Object.assign(new Error(message), { name })]
  const {
    source,
    asked: by,
    job,
  } = await sourceFor({ accountId: '111122223333', role: ROLE }, env, () => refusals.shift())
  expect(await source.get()).toBe(ASSUMED)
  expect(by.map((each) => each.by)).toEqual([`${JWT}1`, `${JWT}2`, `${JWT}3`])
  expect(job.told.lines.slice(1)).toEqual([
    `AWS STS could not ask the issuer of the token, retrying (1 of 4): ${message}.`,
    `AWS STS could not ask the issuer of the token, retrying (2 of 4): ${message}.`,
  ])
})

describe('keys are checked before their first use', () => {
  const TEMPORARY = { accessKeyId: 'ASIAINPUT', secretAccessKey: 'input-secret' }

  test.each([
    [
      { keys: TEMPORARY },
      {},
      "The access key id from the inputs 'access_key_id' and 'secret_access_key' begins with ASIA: it is a temporary key, which requires its session token, but there is none. Set 'session_token'.",
    ],
    [
      {},
      { AWS_ACCESS_KEY_ID: 'ASIAENV', AWS_SECRET_ACCESS_KEY: 's' },
      'The access key id from the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY begins with ASIA: it is a temporary key, which requires its session token, but there is none. Set AWS_SESSION_TOKEN.',
    ],
    [
      {},
      { AWS_ACCESS_KEY_ID: 'AKIAENV' },
      'The AWS keys in the environment are not whole: AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is empty. No other source is tried: set AWS_SECRET_ACCESS_KEY (if one is empty, its secret may have another name), or unset AWS_ACCESS_KEY_ID.',
    ],
    [
      {},
      { AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' },
      'The AWS keys in the environment are not whole: AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are set, and AWS_ACCESS_KEY_ID is empty. No other source is tried: set AWS_ACCESS_KEY_ID (if one is empty, its secret may have another name), or unset AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
    ],
  ])('%j and %j', async (settings, env, said) => {
    const { source } = await sourceFor(settings as Partial<AwsSettings>, env as Environment)
    await expect(source.get()).rejects.toThrow(new Failure(said))
  })

  test("keys of the inputs that are the environment's have its session token", async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'ASIAINPUT',
      AWS_SECRET_ACCESS_KEY: 'input-secret',
      AWS_SESSION_TOKEN: 'env-token',
    }
    const { source } = await sourceFor({ keys: TEMPORARY }, env)
    expect(await source.get()).toEqual({ ...TEMPORARY, sessionToken: 'env-token' })
    const { source: own } = await sourceFor({ keys: { ...TEMPORARY, sessionToken: 'own' } }, env)
    expect(await own.get()).toEqual({ ...TEMPORARY, sessionToken: 'own' })
  })
})
