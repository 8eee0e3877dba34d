import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand, DescribeRepositoriesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { refusal, registryClient, registryClientFor } from './support/registry-client.ts'

const OTHER = '999988887777'

let server: EcrLocal

beforeAll(async () => {
  server = await startEcrLocal()
})

afterAll(() => server.close())

const clientOf = (account: string, region: string) => {
  const environment = server.environmentOf({ account, region })
  return ecrClient(server, { accessKeyId: String(environment['AWS_ACCESS_KEY_ID']), region })
}

describe('accounts and regions', () => {
  test('are apart, each with a registry of its own', async () => {
    const uris = new Set<string>()
    for (const account of ['123456789012', OTHER]) {
      for (const region of ['eu-central-1', 'cn-north-1']) {
        const ecr = clientOf(account, region)
        const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'same' }))
        uris.add(String(repository?.repositoryUri))
        const registry = await registryClient(ecr)
        await registry.image('same', 'v1', `${account} ${region}`)
        expect(repository?.repositoryUri).toBe(`${new URL(registry.url).host}/same`)
        expect(repository?.repositoryArn).toContain(region === 'cn-north-1' ? 'arn:aws-cn:ecr:' : 'arn:aws:ecr:')
        const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}))
        expect(repositories).toHaveLength(1)
      }
    }
    expect(uris.size).toBe(4)
  })

  test('a login is for a region, whatever the account', async () => {
    const { authorization } = await registryClient(clientOf('123456789012', 'eu-west-1'))
    const { url } = await registryClient(clientOf(OTHER, 'eu-west-1'))
    const { url: elsewhere } = await registryClient(clientOf(OTHER, 'us-west-2'))
    expect((await registryClientFor(url, authorization).fetch('/v2/')).status).toBe(200)
    expect((await registryClientFor(elsewhere, authorization).fetch('/v2/')).status).toBe(400)
  })

  test('a token may be asked for several registries', async () => {
    const registryIds = ['123456789012', OTHER]
    const { authorizationData } = await clientOf(OTHER, 'eu-north-1').send(
      new GetAuthorizationTokenCommand({ registryIds }),
    )
    const endpoints = authorizationData?.map(({ proxyEndpoint }) => proxyEndpoint)
    expect(new Set(endpoints).size).toBe(2)
    const { url } = await registryClient(clientOf('123456789012', 'eu-north-1'))
    expect(endpoints?.[0]).toBe(url.replace(/\/$/, ''))
  })

  test("ECR's own names lead to their registry, whatever the port", async () => {
    await clientOf(OTHER, 'ap-south-1').send(new CreateRepositoryCommand({ repositoryName: 'named' }))
    const { authorization } = await registryClient(clientOf(OTHER, 'ap-south-1'))
    const host = `${OTHER}.dkr.ecr.ap-south-1.amazonaws.com`
    const status = await new Promise((resolve) => {
      const path = `${server.endpoint}/v2/named/tags/list`
      request(path, { headers: { host, authorization } }, (answer) => resolve(answer.statusCode)).end()
    })
    expect(status).toBe(200)
  })
})

test('a restart on the same data keeps every address', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ecr-local-test-'))
  try {
    const uris: (string | undefined)[] = []
    let port = 0
    for (let run = 0; run < 2; run++) {
      await using again = await startEcrLocal({ dataDir: folder, port })
      port = Number(new URL(again.endpoint).port)
      const ecr = ecrClient(again, { region: 'us-east-1' })
      if (run === 0) await ecr.send(new CreateRepositoryCommand({ repositoryName: 'kept' }))
      else expect((await fetch(`http://${uris[0]?.replace('/kept', '/v2/')}`)).status).toBe(401)
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}))
      uris.push(repositories?.[0]?.repositoryUri)
    }
    expect(uris[1]).toBe(uris[0])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('tokens expire by time and by command', async () => {
  let offset = 0
  await using timed = await startEcrLocal({ tokenTtlSeconds: 60, now: () => Date.now() + offset })
  const ecr = ecrClient(timed)
  const registry = await registryClient(ecr)
  const expired = {
    status: 403,
    code: 'DENIED',
    message: 'Your authorization token has expired. Reauthenticate and try again.',
  }
  expect((await registry.fetch('/v2/')).status).toBe(200)
  offset = 61_000
  expect(await refusal(await registry.fetch('/v2/'))).toEqual(expired)
  offset = 0
  timed.expireTokens()
  expect(await refusal(await registry.fetch('/v2/'))).toEqual(expired)
  offset = 1000
  expect((await (await registryClient(ecr)).fetch('/v2/')).status).toBe(200)
})
