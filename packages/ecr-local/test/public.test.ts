import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'

/** The client of private ECR, whose calls are signed for ECR Public and named as there. */
function publicClient(server: EcrLocal, accessKeyId?: string): ECRClient {
  const { credentials, httpAuthSchemeProvider } = ecrClient(
    server,
    accessKeyId === undefined ? {} : { accessKeyId },
  ).config
  const signingProperties = { signingName: 'ecr-public', signingRegion: 'us-east-1' }
  const client = new ECRClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    httpAuthSchemeProvider: (parameters) =>
      httpAuthSchemeProvider(parameters).map((scheme) => ({ ...scheme, signingProperties })),
  })
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      const operation = String(headers['x-amz-target']).split('.')[1]
      headers['x-amz-target'] = `SpencerFrontendService.${operation}`
      return next(args)
    },
    { step: 'build' },
  )
  return client
}

test('public repositories outlive a restart, at the same place', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ecr-public-'))
  try {
    const create = async (server: EcrLocal) => {
      const { repository } = await publicClient(server).send(new CreateRepositoryCommand({ repositoryName: 'app' }))
      return repository
    }
    const describe = (server: EcrLocal) => publicClient(server).send(new DescribeRepositoriesCommand({}))
    const first = await startEcrLocal({ dataDir })
    const created = await create(first).finally(() => first.close())
    await using second = await startEcrLocal({ dataDir })
    expect((await describe(second)).repositories).toEqual([created])
  } finally {
    await rm(dataDir, { recursive: true })
  }
})

test('all accounts have one host, and each its own repositories', async () => {
  await using server = await startEcrLocal()
  const places = ['111122223333', '444455556666'].map(async (account) => {
    const command = new CreateRepositoryCommand({ repositoryName: 'app' })
    const { repository } = await publicClient(server, `ECRLOCAL${account}`).send(command)
    return String(repository?.repositoryUri).split('/')
  })
  const [one = [], other = []] = await Promise.all(places)
  expect(one[0]).toBe(other[0])
  expect([one[1], other[1]]).toEqual(['p111122223333', 'p444455556666'])
})

test.each(['public.ecr.aws', 'ecr-public.aws.com'])('%s leads to it on every port', async (host) => {
  await using server = await startEcrLocal()
  const { hostname, port } = new URL(server.endpoint)
  const challenge = await new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: '/v2/', headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.headers['www-authenticate'])
    })
    sent.on('error', reject).end()
  })
  expect(challenge).toBe(`Bearer realm="http://${host}/token/",service="public.ecr.aws",scope="aws"`)
})
