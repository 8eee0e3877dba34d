import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob, type Job, leaks } from '../../packages/runner-harness/src/index.ts'
import {
  bareMachine,
  githubToken,
  sessionKeys,
  startContainerEndpoint,
  startPlace,
  startTokenEndpoint,
} from '../support/aws-places.ts'
import { startProxy } from '../support/proxy.ts'

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

const ROLE = 'arn:aws:iam::111122223333:role/ci/deploy'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/deploy/github-octo-org-app-1658821493, account 111122223333'
const WITH_ENVIRONMENT = 'assumed with the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'

/** Runs one step that has to work, and gives the line that says as whom. */
async function identityIn(job: Job, given: Record<string, string | number>, action = 'ecr-login') {
  const step = await job.run(action, { with: given })
  expect(step.conclusion, step.log).toBe('success')
  await job.post()
  expect(leaks(job, step.masks)).toEqual([])
  return /^AWS identity: (.*)$/m.exec(step.log)?.[1]
}

/** What all steps of a job said. */
const logOf = (job: Job): string => job.steps.map(({ log }) => log).join('')

/** The one error of a step that fails. */
async function errorIn(job: Job, given: Record<string, string | number>) {
  const step = await job.run('ecr-login', { with: given })
  expect([step.conclusion, step.files.temp]).toEqual(['failure', []])
  expect(leaks(job, step.masks)).toEqual([])
  const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
  expect(errors).toHaveLength(1)
  return errors[0] ?? ''
}

const denial = (operation: string, message?: string) =>
  ecr.addFault({ operation, error: 'AccessDeniedException', ...(message === undefined ? {} : { message }) })

describe('a role, with keys', () => {
  const jobWithKeys = () => createJob({ machine: ecr.environment })

  it('by its ARN, in another account', async () => {
    await using job = await jobWithKeys()
    expect(await identityIn(job, { assume_role: ROLE })).toBe(`${SESSION}, from role ${ROLE}, ${WITH_ENVIRONMENT}`)
    expect(ecr.calls.map(({ operation, account }) => `${operation} ${account}`)).toEqual([
      'AssumeRole 123456789012',
      'GetAuthorizationToken 111122223333',
    ])
  })

  it('by its name, in the account of the keys or the one that is given', async () => {
    await using job = await jobWithKeys()
    expect(await identityIn(job, { assume_role: 'deploy', role_session_name: 'mine' })).toMatch(
      /^arn:aws:sts::123456789012:assumed-role\/deploy\/mine, .* from role arn:aws:iam::123456789012:role\/deploy, /,
    )
    expect(await identityIn(job, { assume_role: 'deploy', account_id: '111122223333' })).toMatch(
      /^arn:aws:sts::111122223333:assumed-role\/deploy\/.* from role arn:aws:iam::111122223333:role\/deploy, /,
    )
  })

  it('by its name, in the partition of the keys', async () => {
    await using china = await startEcrLocal({ region: 'cn-north-1' })
    await using job = await createJob({ machine: china.environment })
    expect(await identityIn(job, { assume_role: 'deploy' })).toContain(
      'from role arn:aws-cn:iam::123456789012:role/deploy',
    )
  })

  it('from the keys of another role', async () => {
    const keys = await sessionKeys(ecr, 'ci')
    await using job = await createJob({
      machine: {
        ...bareMachine(ecr),
        AWS_ACCESS_KEY_ID: keys.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
        AWS_SESSION_TOKEN: keys.SessionToken,
      },
    })
    expect(await identityIn(job, { assume_role: ROLE })).toBe(`${SESSION}, from role ${ROLE}, ${WITH_ENVIRONMENT}`)
    // STS limits such a session to an hour, whatever the role allows.
    await using long = await startEcrLocal({ roleMaxSessionSeconds: 43_200 })
    const own = await sessionKeys(long, 'ci')
    const step = await job.run('ecr-login', {
      with: { assume_role: ROLE, role_duration_seconds: 7200 },
      env: {
        AWS_ENDPOINT_URL_STS: long.endpoint,
        AWS_ACCESS_KEY_ID: own.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: own.SecretAccessKey,
        AWS_SESSION_TOKEN: own.SessionToken,
      },
    })
    expect(step.annotations.at(-1)?.message).toMatch(
      /^Input 'role_duration_seconds' is 7200, but a role session that is assumed/,
    )
  })

  it('with its session name, duration and external id', async () => {
    await using proxy = await startProxy({ hosts: { 'sts.localhost': Number(new URL(ecr.endpoint).port) } })
    const machine = { ...ecr.environment, AWS_ENDPOINT_URL_STS: 'http://sts.localhost', HTTP_PROXY: proxy.url }
    await using job = await createJob({ machine })
    const given = { role_session_name: 'mine', role_duration_seconds: 900, external_id: 'x-1' }
    await identityIn(job, { assume_role: ROLE, ...given })
    const asked = proxy.bodies.map((body) => Object.fromEntries(new URLSearchParams(body)))
    expect(asked[0]).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      RoleSessionName: 'mine',
      DurationSeconds: '900',
      ExternalId: 'x-1',
    })
  })

  it('in ecr-repository as well', async () => {
    await using job = await jobWithKeys()
    const step = await job.run('ecr-repository', { with: { assume_role: ROLE, repo: 'team/app' } })
    expect(step.outputs).toMatchObject({ registry_id: '111122223333', created: 'true' })
    expect(step.log).toContain(`AWS identity: ${SESSION}, from role ${ROLE}, `)
  })

  it('is assumed again when AWS says that the session has expired', async () => {
    ecr.addFault({ operation: 'GetAuthorizationToken', error: 'ExpiredTokenException', times: 1 })
    await using job = await jobWithKeys()
    await identityIn(job, { assume_role: ROLE })
    expect(ecr.calls.map(({ operation }) => operation)).toEqual([
      'AssumeRole',
      'GetAuthorizationToken',
      'AssumeRole',
      'GetAuthorizationToken',
    ])
  })

  it('that AWS denies: the line has both statements', async () => {
    denial('AssumeRole')
    await using job = await jobWithKeys()
    expect(await errorIn(job, { assume_role: ROLE, external_id: 'x-1' })).toBe(
      `AWS denies role ${ROLE} to arn:aws:iam::123456789012:user/ecr-local from the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Both sides have to allow it: add {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"${ROLE}"} to the IAM policy of arn:aws:iam::123456789012:user/ecr-local, and {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/ecr-local"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}} to the trust policy of the role.`,
    )
  })

  it('that lasts shorter than it is asked to', async () => {
    await using job = await jobWithKeys()
    expect(await errorIn(job, { assume_role: ROLE, role_duration_seconds: 7200 })).toMatch(
      /^Input 'role_duration_seconds' is 7200, and role arn:aws:iam::111122223333:role\/ci\/deploy allows less\./,
    )
  })
})

describe("a role, with GitHub's OIDC token", () => {
  const JWT = githubToken()

  it('without keys anywhere, and nothing of the token is seen', async () => {
    await using tokens = await startTokenEndpoint(JWT)
    await using job = await createJob({ machine: { ...bareMachine(ecr), ...tokens.environment } })
    expect(await identityIn(job, { assume_role: ROLE })).toBe(
      `${SESSION}, from role ${ROLE}, assumed with GitHub's OIDC token`,
    )
    expect(tokens.requests).toEqual([
      {
        line: 'GET /idtoken?api-version=2.0&audience=sts.amazonaws.com',
        authorization: 'Bearer the-request-token-of-this-job',
      },
    ])
    expect(leaks(job, [JWT, 'the-request-token-of-this-job'])).toEqual([])
  })

  it('not where there are keys', async () => {
    await using tokens = await startTokenEndpoint(JWT)
    await using job = await createJob({ machine: { ...ecr.environment, ...tokens.environment } })
    expect(await identityIn(job, { assume_role: ROLE })).toContain(WITH_ENVIRONMENT)
    expect(tokens.requests).toEqual([])
  })

  it('for an audience of its own', async () => {
    await using tokens = await startTokenEndpoint(githubToken({ aud: 'own' }))
    await using job = await createJob({ machine: { ...bareMachine(ecr), ...tokens.environment } })
    expect(await errorIn(job, { assume_role: ROLE, oidc_audience: 'own' })).toBe(
      `AWS does not take GitHub's OIDC token for role ${ROLE}: Incorrect token audience. The account needs an IAM OIDC provider for https://token.actions.githubusercontent.com with the audience 'own', which input 'oidc_audience' names. With 'role_source: credentials', the credentials of the runner are taken instead.`,
    )
    expect(tokens.requests[0]?.line).toContain('&audience=own')
  })

  it('by its name, in the account that is given', async () => {
    await using tokens = await startTokenEndpoint(JWT)
    await using job = await createJob({ machine: { ...bareMachine(ecr), ...tokens.environment } })
    expect(await identityIn(job, { assume_role: 'deploy', account_id: '111122223333' })).toContain(
      'from role arn:aws:iam::111122223333:role/deploy, ',
    )
    expect(await errorIn(job, { assume_role: 'deploy' })).toMatch(
      / To take GitHub's OIDC token instead, give the ARN of role 'deploy', or its account as 'account_id'\.$/,
    )
  })

  it('that AWS denies: the line has the statement for this very job', async () => {
    denial('AssumeRoleWithWebIdentity', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')
    await using tokens = await startTokenEndpoint(JWT)
    await using job = await createJob({ machine: { ...bareMachine(ecr), ...tokens.environment } })
    expect(await errorIn(job, { assume_role: ROLE })).toContain(
      '"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:octo-org/app:ref:refs/heads/main"}}} to the trust policy',
    )
  })

  it('that the job may not ask for: the line has the YAML', async () => {
    await using job = await createJob({ machine: bareMachine(ecr) })
    expect(await errorIn(job, { assume_role: ROLE })).toBe(
      `No AWS credentials to assume role '${ROLE}' with: no key inputs are given, the runner's environment and AWS files name no source, and the metadata service of the machine gives none: AWS_EC2_METADATA_DISABLED is true. To assume the role with GitHub's OIDC token, add to the job: 'permissions: { id-token: write, contents: read }' (a pull request from a fork never gets it).`,
    )
  })

  it('that STS cannot verify at the moment, with a new token each time', async () => {
    const message = "Couldn't retrieve verification key from your identity provider"
    ecr.addFault({ operation: 'AssumeRoleWithWebIdentity', error: 'InvalidIdentityToken', message, times: 2 })
    await using tokens = await startTokenEndpoint(JWT)
    await using job = await createJob({ machine: { ...bareMachine(ecr), ...tokens.environment } })
    expect(await identityIn(job, { assume_role: ROLE })).toContain("assumed with GitHub's OIDC token")
    expect(tokens.requests).toHaveLength(3)
  })

  it('that is there for something else, beside the role of the runner', async () => {
    const keys = await sessionKeys(ecr, 'machine')
    await using tokens = await startTokenEndpoint(JWT)
    await using place = await startContainerEndpoint(keys)
    const machine = { ...bareMachine(ecr), ...tokens.environment, AWS_CONTAINER_CREDENTIALS_FULL_URI: place.url }
    await using job = await createJob({ machine })
    const own = 'assumed with the credentials endpoint of the container'
    expect(await identityIn(job, { assume_role: ROLE, role_source: 'credentials' })).toContain(own)
    // By its name, in the account of the runner's role.
    expect(await identityIn(job, { assume_role: 'deploy' })).toContain(`role/deploy, ${own}`)
    expect(logOf(job)).toContain(
      "role_source is auto: the role is assumed with the credentials of the runner, because GitHub's OIDC token does not belong to an AWS account.",
    )
    expect(tokens.requests).toEqual([])
    expect(await identityIn(job, { assume_role: ROLE })).toContain("assumed with GitHub's OIDC token")
    expect(logOf(job)).toContain(
      "role_source is auto: the role is assumed with GitHub's OIDC token, because the job may ask for one.",
    )
  })

  it('that GitHub refuses to give', async () => {
    await using refusing = await startPlace((_, response) => response.writeHead(403).end('{"message":"Forbidden"}'))
    const variables = { ACTIONS_ID_TOKEN_REQUEST_URL: refusing.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' }
    await using job = await createJob({ machine: { ...bareMachine(ecr), ...variables } })
    expect(await errorIn(job, { assume_role: ROLE })).toMatch(
      /^GitHub gave no OIDC token: its endpoint answered 403 \(Forb/,
    )
  })
})

describe('account_id', () => {
  it.each(['ecr-login', 'ecr-repository'])('stops %s before it does anything in another account', async (action) => {
    await using job = await createJob({ machine: ecr.environment })
    const repo: Record<string, string> = action === 'ecr-repository' ? { repo: 'team/app' } : {}
    const step = await job.run(action, { with: { account_id: '111122223333', ...repo } })
    expect(step.annotations.map(({ message }) => message)).toEqual([
      "Input 'account_id' is 111122223333, but the AWS credentials belong to account 123456789012: arn:aws:iam::123456789012:user/ecr-local, from the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Nothing was done. Use credentials of that account, set 'assume_role' to a role in it, or fix 'account_id'.",
    ])
    expect(ecr.calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
  })

  it('lets pass who is in it, padded', async () => {
    await using job = await createJob({ machine: ecr.environmentOf({ account: '000000000042' }) })
    expect(await identityIn(job, { account_id: 42 })).toContain('account 000000000042')
  })
})
