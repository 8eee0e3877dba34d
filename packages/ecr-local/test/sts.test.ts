import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient, stsClient } from './support/clients.ts'

let server: EcrLocal

beforeAll(async () => {
  server = await startEcrLocal()
})

afterAll(() => server.close())

const RoleArn = 'arn:aws:iam::999988887777:role/teams/deploy'
const role = { RoleArn, RoleSessionName: 'job-1' }

const who = (credentials: Credentials | undefined) => ({
  accessKeyId: String(credentials?.AccessKeyId),
  secretAccessKey: String(credentials?.SecretAccessKey),
  sessionToken: String(credentials?.SessionToken),
})

const list = new DescribeRepositoriesCommand({})

describe('AssumeRole', () => {
  test('gives credentials of the role, which work for STS and ECR', async () => {
    const { Credentials, AssumedRoleUser } = await stsClient(server).send(new AssumeRoleCommand(role))
    const arn = 'arn:aws:sts::999988887777:assumed-role/deploy/job-1'
    expect(AssumedRoleUser?.Arn).toBe(arn)
    const minutes = (Number(Credentials?.Expiration) - Date.now()) / 60_000
    expect(Math.round(minutes)).toBe(60)
    const identity = await stsClient(server, who(Credentials)).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({ Account: '999988887777', Arn: arn, UserId: AssumedRoleUser?.AssumedRoleId })
    await ecrClient(server, who(Credentials)).send(list)
    expect(server.calls.at(-1)).toMatchObject({ account: '999988887777', accessKeyId: Credentials?.AccessKeyId })
  })

  test('chains, for an hour at most', async () => {
    const { Credentials } = await stsClient(server).send(new AssumeRoleCommand(role))
    const chained = stsClient(server, who(Credentials))
    const next = { RoleArn: 'arn:aws:iam::111122223333:role/next', RoleSessionName: 'job-1' }
    const { AssumedRoleUser } = await chained.send(new AssumeRoleCommand(next))
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/next/job-1')
    await using generous = await startEcrLocal({ roleMaxSessionSeconds: 43_200 })
    const long = new AssumeRoleCommand({ ...role, DurationSeconds: 7200 })
    const first = await stsClient(generous).send(long)
    await expect(stsClient(generous, who(first.Credentials)).send(long)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
  })

  test.for<[string, object, string]>([
    [
      'a short session',
      { DurationSeconds: 899 },
      "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      'a session longer than the role allows',
      { DurationSeconds: 3601 },
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    ['an ARN that is none', { RoleArn: 'deploy-role-of-my-team' }, 'deploy-role-of-my-team is invalid'],
    [
      'a short ARN',
      { RoleArn: 'deploy' },
      "Value 'deploy' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
    [
      'a session name with spaces',
      { RoleSessionName: 'my job' },
      "Value 'my job' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern:",
    ],
  ])('refuses %s', async ([, change, words]) => {
    await expect(stsClient(server).send(new AssumeRoleCommand({ ...role, ...change }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(words),
      $metadata: { httpStatusCode: 400 },
    })
  })
})

describe('temporary credentials', () => {
  test('are worth nothing without their token, or with another', async () => {
    const { Credentials } = await stsClient(server).send(new AssumeRoleCommand(role))
    const { sessionToken: _, ...tokenless } = who(Credentials)
    for (const credentials of [tokenless, { ...tokenless, sessionToken: 'other' }]) {
      await expect(ecrClient(server, credentials).send(list)).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
      })
      await expect(stsClient(server, credentials).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
        name: 'InvalidClientTokenId',
      })
    }
  })

  test('are as short as the server makes them', async () => {
    await using hasty = await startEcrLocal({ sessionTtlSeconds: 0.2 })
    const { Credentials } = await stsClient(hasty).send(new AssumeRoleCommand(role))
    expect(Credentials?.Expiration?.getTime()).toBeLessThan(Date.now() + 1_000)
    await expect
      .poll(() =>
        ecrClient(hasty, who(Credentials))
          .send(list)
          .catch(({ name }) => name),
      )
      .toBe('ExpiredTokenException')
  })

  test('expire', async () => {
    const { Credentials } = await stsClient(server).send(new AssumeRoleCommand(role))
    server.expireSessions()
    await expect(ecrClient(server, who(Credentials)).send(list)).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode: 400 },
    })
    await expect(stsClient(server, who(Credentials)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    })
    await ecrClient(server).send(list)
  })
})

describe('AssumeRoleWithWebIdentity', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const issued = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:org/app:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    exp: issued + 300,
  }
  const assume = (token: string) => {
    // Nothing is signed: this call is made by who has no credentials yet.
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      ...role,
      WebIdentityToken: token,
    })
    return fetch(server.endpoint, { method: 'POST', body })
  }
  const tokenOf = (change: object) => `${base64({ alg: 'RS256' })}.${base64({ ...claims, ...change })}.c2ln`

  test('trades a token for credentials of the role', async () => {
    const answer = await stsClient(server).send(
      new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken: tokenOf({}) }),
    )
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: claims.sub,
      Audience: 'sts.amazonaws.com',
      Provider: 'arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com',
      AssumedRoleUser: { Arn: 'arn:aws:sts::999988887777:assumed-role/deploy/job-1' },
    })
    await ecrClient(server, who(answer.Credentials)).send(list)
  })

  test.for<[string, string, number, string, RegExp]>([
    ['no token', 'opaque', 400, 'InvalidIdentityToken', /not a valid JWT/],
    [
      'a token that has expired',
      tokenOf({ exp: issued - 10 }),
      400,
      'ExpiredTokenException',
      /^Token expired: current date\/time \d+ must be before/,
    ],
    [
      'a token for somebody else',
      tokenOf({ aud: 'https://github.com/org' }),
      400,
      'InvalidIdentityToken',
      /^Incorrect token audience$/,
    ],
  ])('refuses %s', async ([, token, status, code, words]) => {
    const answer = await assume(token)
    const text = await answer.text()
    expect(answer.status).toBe(status)
    expect(/<Code>(.+)<\/Code>/.exec(text)?.[1]).toBe(code)
    expect(/<Message>(.+)<\/Message>/.exec(text)?.[1]).toMatch(words)
  })

  test('takes other audiences when it is told', async () => {
    await using other = await startEcrLocal({ webIdentityAudiences: ['https://github.com/org'] })
    const WebIdentityToken = tokenOf({ aud: ['x', 'https://github.com/org'] })
    const answer = await stsClient(other).send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken }))
    expect(answer.Audience).toBe('https://github.com/org')
  })
})
