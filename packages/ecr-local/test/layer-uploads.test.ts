import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { digestOf, type RegistryClient, refusal, registryClient } from './support/registry-client.ts'

let server: EcrLocal
let registry: RegistryClient

beforeAll(async () => {
  server = await startEcrLocal()
  const ecr = ecrClient(server)
  for (const repositoryName of ['app', 'other/app']) await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  registry = await registryClient(ecr)
})

afterAll(() => server.close())

const FIVE_MB = 5 * 1024 * 1024

const begin = async (query = '', body = '') =>
  registry.fetch(`/v2/app/blobs/uploads/${query}`, { method: 'POST', ...(body && { body }) })

test('in one PUT after POST, and back whole or in part', async () => {
  const digest = await registry.layer('app', 'hello layer')
  const head = await registry.fetch(`/v2/app/blobs/${digest}`, { method: 'HEAD' })
  expect(head.status).toBe(200)
  expect(head.headers.get('content-length')).toBe('11')
  expect(head.headers.get('docker-content-digest')).toBe(digest)
  expect(await (await registry.fetch(`/v2/app/blobs/${digest}`)).text()).toBe('hello layer')
  for (const [range, text, contentRange] of [
    ['bytes=6-', 'layer', 'bytes 6-10/11'],
    ['bytes=0-4', 'hello', 'bytes 0-4/11'],
    ['bytes=-5', 'layer', 'bytes 6-10/11'],
  ]) {
    const part = await registry.fetch(`/v2/app/blobs/${digest}`, { headers: { range: String(range) } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, contentRange, text])
  }
  const beyond = await registry.fetch(`/v2/app/blobs/${digest}`, { headers: { range: 'bytes=11-' } })
  expect(beyond.status).toBe(416)
})

test('in chunks: PATCH answers 201, PUT without a body ends', async () => {
  const begun = await begin()
  expect(begun.status).toBe(202)
  const location = String(begun.headers.get('location'))
  expect(begun.headers.get('docker-upload-uuid')).toBe(location.split('/').at(-1))
  const one = '1'.repeat(FIVE_MB)
  const range = { 'content-range': `0-${FIVE_MB - 1}` }
  const first = await registry.fetch(location, { method: 'PATCH', body: one, headers: range })
  expect([first.status, first.headers.get('range')]).toEqual([201, `0-${FIVE_MB - 1}`])
  const again = await registry.fetch(location, { method: 'PATCH', body: one, headers: range })
  expect(again.headers.get('range')).toBe(`0-${FIVE_MB - 1}`)
  expect(await refusal(again)).toEqual({
    status: 416,
    code: 'BLOB_UPLOAD_INVALID',
    message: `First byte of the layer part is 0 instead of ${FIVE_MB}`,
  })
  const second = await registry.fetch(location, { method: 'PATCH', body: 'chunk two' })
  expect([second.status, second.headers.get('range')]).toEqual([201, `0-${FIVE_MB + 8}`])
  expect((await registry.fetch(location)).headers.get('range')).toBe(`0-${FIVE_MB + 8}`)
  const digest = digestOf(`${one}chunk two`)
  const put = await registry.fetch(`${location}?digest=${digest}`, { method: 'PUT' })
  expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digest])
  expect(await (await registry.fetch(String(put.headers.get('location')))).text()).toBe(`${one}chunk two`)
})

test('in chunks of which one that is not the last is too small', async () => {
  const location = String((await begin()).headers.get('location'))
  await registry.fetch(location, { method: 'PATCH', body: 'small' })
  const put = await registry.fetch(`${location}?digest=${digestOf('small parts')}`, { method: 'PUT', body: ' parts' })
  expect(await refusal(put)).toEqual({
    status: 400,
    code: 'BLOB_UPLOAD_INVALID',
    message: 'All layer parts except the last part should be at least 5MB',
  })
})

test('in a single POST', async () => {
  const digest = digestOf('monolithic')
  const answer = await begin(`?digest=${digest}`, 'monolithic')
  expect(answer.status).toBe(201)
  expect(await (await registry.fetch(`/v2/app/blobs/${digest}`)).text()).toBe('monolithic')
})

test('of no bytes are refused, as ECR refuses them', async () => {
  const upload = await begin()
  const id = upload.headers.get('docker-upload-uuid')
  const put = await registry.fetch(`${upload.headers.get('location')}?digest=${digestOf('')}`, { method: 'PUT' })
  expect(await refusal(put)).toEqual({
    status: 400,
    code: 'BLOB_UPLOAD_INVALID',
    message: `The upload with id '${id}' in the repository with name 'app' in registry with id '123456789012' cannot be completed because it does not have any parts`,
  })
})

test('that do not have the digest they should are refused', async () => {
  const location = String((await begin()).headers.get('location'))
  const wrong = await registry.fetch(`${location}?digest=${digestOf('expected')}`, { method: 'PUT', body: 'actual' })
  expect(await refusal(wrong)).toEqual({
    status: 400,
    code: 'BLOB_UPLOAD_INVALID',
    message: 'None of the provided layer digests match the calculated layer digest',
  })
  const missing = await registry.fetch(`/v2/app/blobs/${digestOf('expected')}`)
  expect(await refusal(missing)).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
})

test('that are cancelled are gone', async () => {
  const location = String((await begin()).headers.get('location'))
  await registry.fetch(location, { method: 'PATCH', body: 'never' })
  expect((await registry.fetch(location, { method: 'DELETE' })).status).toBe(204)
  expect(await refusal(await registry.fetch(location))).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN' })
})

test('of one repository are not seen in another', async () => {
  const digest = await registry.layer('app', 'mine')
  expect((await registry.fetch(`/v2/other/app/blobs/${digest}`)).status).toBe(404)
})
