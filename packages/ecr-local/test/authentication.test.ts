import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient, stsClient } from './support/clients.ts'

let server: EcrLocal

beforeAll(async () => {
  server = await startEcrLocal({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'known/secret' })
})

afterAll(() => server.close())

const list = new DescribeRepositoriesCommand({})
const whoAmI = new GetCallerIdentityCommand({})

describe('the ECR API', () => {
  test('takes the right key and logs who called', async () => {
    await ecrClient(server, { region: 'us-west-2' }).send(list)
    expect(server.calls.at(-1)).toMatchObject({
      service: 'ecr',
      operation: 'DescribeRepositories',
      account: '123456789012',
      region: 'us-west-2',
      accessKeyId: 'AKIDEXAMPLE',
      status: 200,
      error: undefined,
    })
  })

  test('does not know a foreign key', async () => {
    await expect(ecrClient(server, { accessKeyId: 'AKIDFOREIGN' }).send(list)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 400 },
    })
    expect(server.calls.at(-1)).toMatchObject({ status: 400, error: 'UnrecognizedClientException' })
  })

  test('refuses a wrong secret', async () => {
    await expect(ecrClient(server, { secretAccessKey: 'other' }).send(list)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining('The request signature we calculated does not match'),
    })
  })

  test('wants a signature', async () => {
    const headers = { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' }
    const answer = await fetch(server.endpoint, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      __type: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    })
  })

  test.for([-600_000, 600_000])('refuses a signature whose time is off by %i ms', async (systemClockOffset) => {
    await expect(ecrClient(server, { systemClockOffset }).send(list)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(/^Signature expired or not yet current: \d+T\d+Z is more than 5 min from/),
    })
  })

  test('refuses a region that is none', async () => {
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const scope = `AKIDEXAMPLE/${date.slice(0, 8)}/../ecr/aws4_request`
    const headers = {
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories',
      'x-amz-date': date,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    }
    const answer = await fetch(server.endpoint, { method: 'POST', headers, body: '{}' })
    expect(await answer.json()).toMatchObject({ message: 'Credential should be scoped to a valid region.' })
  })

  test('notices a body that was changed after signing', async () => {
    const client = ecrClient(server)
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, { body: '[]' })
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    await expect(client.send(list)).rejects.toMatchObject({ name: 'InvalidSignatureException' })
  })
})

describe('STS', () => {
  test('says who the key belongs to', async () => {
    expect(await stsClient(server).send(whoAmI)).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/ecr-local',
    })
  })

  test('knows the key of any account', async () => {
    const identity = await stsClient(server, { accessKeyId: 'ECRLOCAL999988887777' }).send(whoAmI)
    expect(identity.Account).toBe('999988887777')
  })

  test.for([
    ['a foreign key', { accessKeyId: 'AKIDFOREIGN' }, 'InvalidClientTokenId'],
    ['a wrong secret', { secretAccessKey: 'other' }, 'SignatureDoesNotMatch'],
  ] as const)('%s is refused', async ([, who, name]) => {
    await expect(stsClient(server, who).send(whoAmI)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('wants a signature', async () => {
    const answer = await fetch(server.endpoint, { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>')
  })
})
