import {
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeRepositoriesCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { registryClient } from './support/registry-client.ts'

let server: EcrLocal
let ecr: ReturnType<typeof ecrClient>

beforeEach(async () => {
  server = await startEcrLocal({ faults: [{ operation: 'DeleteRepository', error: 'ServerException' }] })
  ecr = ecrClient(server)
})

afterEach(() => server.close())

async function admin(method: string, path: string, body?: unknown, type = 'application/json') {
  const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }
  const answer = await fetch(`${server.endpoint}/_ecr-local${path}`, { method, ...init })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

test('faults are listed, added and cleared', async () => {
  const throttled = { operation: 'DescribeRepositories', error: 'ThrottlingException' }
  expect((await admin('GET', '/faults')).body).toEqual([{ operation: 'DeleteRepository', error: 'ServerException' }])
  expect((await admin('POST', '/faults', [throttled])).body).toHaveLength(2)
  const list = () => ecr.send(new DescribeRepositoriesCommand({}))
  await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' })
  await admin('DELETE', '/faults')
  await list()
})

test.for<[unknown, RegExp]>([
  [5, /A fault is a JSON object/],
  [{ error: 'x' }, /needs an 'operation'/],
  [{ operation: 'PutImage' }, /needs one of delayMs, error, imageFailure, connection, perSecond/],
  [
    { operation: 'PutImage', imageFailure: 'KmsError' },
    /'imageFailure' needs the operation BatchGetImage or BatchDeleteImage/,
  ],
  [{ operation: 'PutImage', eror: 'x' }, /has no member 'eror'/],
  [{ operation: 'PutImage', delayMs: '1' }, /'delayMs' must be a number; it is "1"/],
  [{ operation: 'PutImage', connection: 'lost' }, /'connection' must be one of reset, half; it is "lost"/],
])('the fault %j is refused in words', async ([fault, words]) => {
  expect(await admin('POST', '/faults', fault)).toEqual({ status: 400, body: { error: expect.stringMatching(words) } })
})

test('a web page cannot send faults', async () => {
  const fault = { operation: '*', error: 'ServerException' }
  expect((await admin('POST', '/faults', fault, 'text/plain')).status).toBe(400)
  await ecr.send(new DescribeRepositoriesCommand({}))
})

test('calls are listed and forgotten', async () => {
  await ecr.send(new DescribeRepositoriesCommand({}))
  expect((await admin('GET', '/calls')).body).toMatchObject([{ service: 'ecr', operation: 'DescribeRepositories' }])
  await admin('DELETE', '/calls')
  expect(server.calls).toEqual([])
})

test('registries, scans and expiry', async () => {
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const registry = await registryClient(ecr)
  await registry.image('app', 'v1', 'content')
  expect((await admin('GET', '/registries')).body).toEqual([
    { account: '123456789012', region: 'eu-central-1', registry: server.registry, repositories: ['app'] },
  ])
  const scan = {
    repositoryName: 'app',
    imageTag: 'v1',
    answers: [{ status: 'COMPLETE', findings: [{ severity: 'HIGH' }] }],
  }
  expect((await admin('POST', '/scans', scan)).status).toBe(200)
  const found = await ecr.send(
    new DescribeImageScanFindingsCommand({ repositoryName: 'app', imageId: { imageTag: 'v1' } }),
  )
  expect(found.imageScanFindings?.findingSeverityCounts).toEqual({ HIGH: 1 })
  expect(await admin('POST', '/scans', { ...scan, imageTag: 'v2' })).toMatchObject({ status: 400 })
  await admin('POST', '/tokens/expire')
  expect((await registry.fetch('/v2/')).status).toBe(403)
  expect((await admin('POST', '/sessions/expire')).status).toBe(200)
})

test('an unknown path says what there is', async () => {
  expect(await admin('GET', '/nothing')).toEqual({
    status: 404,
    body: { error: expect.stringContaining('POST /faults') },
  })
})
