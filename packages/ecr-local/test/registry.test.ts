import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import {
  digestOf,
  imageDocument,
  OCI_INDEX,
  OCI_MANIFEST,
  type RegistryClient,
  refusal,
  registryClient,
} from './support/registry-client.ts'

let server: EcrLocal
let registry: RegistryClient

beforeAll(async () => {
  server = await startEcrLocal()
  const ecr = ecrClient(server)
  for (const repositoryName of ['app', 'lists', 'other/app']) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  }
  registry = await registryClient(ecr)
})

afterAll(() => server.close())

describe('login', () => {
  test('without credentials is asked for Basic ones', async () => {
    const answer = await fetch(`${server.endpoint}/v2/`)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(`Basic realm="${server.endpoint}/",service="ecr.amazonaws.com"`)
    expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await answer.text()).toBe('Not Authorized\n')
  })

  test('with the token is good', async () => {
    const answer = await registry.fetch('/v2/')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
  })

  test('with something else is a bad request', async () => {
    const authorization = `Basic ${Buffer.from('AWS:guess').toString('base64')}`
    expect((await fetch(`${server.endpoint}/v2/`, { headers: { authorization } })).status).toBe(400)
  })
})

describe('a missing repository', () => {
  test.for([
    ['POST', 'blobs/uploads/'],
    ['PATCH', 'blobs/uploads/some-id'],
    ['PUT', `blobs/uploads/some-id?digest=sha256:${'0'.repeat(64)}`],
    ['GET', `blobs/sha256:${'0'.repeat(64)}`],
    ['GET', 'manifests/latest'],
    ['PUT', 'manifests/latest'],
    ['GET', 'tags/list'],
  ] as const)('%s %s', async ([method, path]) => {
    const answer = await registry.fetch(`/v2/absent/${path}`, { method })
    expect(await refusal(answer)).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'absent' does not exist in the registry with id '123456789012'",
    })
  })

  test('HEAD has the status alone', async () => {
    const answer = await registry.fetch('/v2/absent/manifests/latest', { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([404, ''])
  })
})

const FIVE_MB = 5 * 1024 * 1024

describe('layers', () => {
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
      code: 'DIGEST_INVALID',
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
})

describe('manifests', () => {
  test('by tag and by digest', async () => {
    const { digest, text } = await registry.image('app', 'v1', 'content of v1')
    for (const reference of ['v1', digest]) {
      const got = await registry.fetch(`/v2/app/manifests/${reference}`)
      expect([got.status, got.headers.get('content-type')]).toEqual([200, OCI_MANIFEST])
      expect(await got.text()).toBe(text)
      const head = await registry.fetch(`/v2/app/manifests/${reference}`, { method: 'HEAD' })
      expect(head.headers.get('docker-content-digest')).toBe(digest)
      expect(head.headers.get('content-length')).toBe(String(text.length))
    }
    const again = await registry.fetch('/v2/app/manifests/v1', {
      method: 'PUT',
      body: text,
      headers: { 'content-type': OCI_MANIFEST },
    })
    expect([again.status, again.headers.get('docker-content-digest')]).toEqual([201, digest])
  })

  test('a tag moves', async () => {
    const one = await registry.image('app', 'moving', 'first')
    const two = await registry.image('app', 'moving', 'second')
    const head = await registry.fetch('/v2/app/manifests/moving', { method: 'HEAD' })
    expect(head.headers.get('docker-content-digest')).toBe(two.digest)
    expect((await registry.fetch(`/v2/app/manifests/${one.digest}`)).status).toBe(200)
  })

  test('an unknown one', async () => {
    const answer = await registry.fetch('/v2/app/manifests/nothing')
    expect(await refusal(answer)).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' })
  })

  test('with a layer that is not there', async () => {
    const document = await imageDocument(registry, 'app', 'some')
    const digest = digestOf('never uploaded')
    const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: 14 }]
    expect(await refusal(await registry.manifest('app', 'broken', { ...document, layers }))).toEqual({
      status: 404,
      code: 'BLOB_UPLOAD_UNKNOWN',
      message: `Layers with digests '[${digest}]' required for pushing image into repository with name 'app' in the registry with id '123456789012' do not exist`,
    })
  })

  test('under a digest that is not theirs', async () => {
    const document = await imageDocument(registry, 'app', 'some')
    const answer = await registry.manifest('app', digestOf('another'), document)
    expect(await refusal(answer)).toMatchObject({
      status: 400,
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('does not match the image digest that Amazon ECR has calculated.'),
    })
  })

  test('an index needs its children', async () => {
    const child = await registry.image('app', 'child', 'child content')
    const descriptor = { mediaType: OCI_MANIFEST, digest: child.digest, size: child.text.length }
    const index = (digest: string) => ({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [{ ...descriptor, digest }],
    })
    const orphan = await registry.manifest('app', 'multi', index(digestOf('nobody')), OCI_INDEX)
    expect(await refusal(orphan)).toEqual({
      status: 404,
      code: 'MANIFEST_BLOB_UNKNOWN',
      message: `Images with digests '[${digestOf('nobody')}]' required for pushing image into repository with name 'app' in the registry with id '123456789012' do not exist`,
    })
    expect((await registry.manifest('app', 'multi', index(child.digest), OCI_INDEX)).status).toBe(201)
  })

  test('of another kind, or too large, are refused', async () => {
    const strange = await registry.manifest('app', 'x', { schemaVersion: 1 }, 'application/json')
    expect(await refusal(strange)).toMatchObject({ status: 400, code: 'UNSUPPORTED' })
    const large = await registry.manifest('app', 'x', { padding: 'x'.repeat(4 * 1024 * 1024) })
    expect(large.status).toBe(413)
  })
})

describe('lists', () => {
  test('tags come in pages that lead to the next', async () => {
    const { text } = await registry.image('lists', 'c', 'listed')
    for (const tag of ['a', 'b']) await registry.manifest('lists', tag, JSON.parse(text))
    const first = await registry.fetch('/v2/lists/tags/list?n=2')
    expect(await first.json()).toEqual({ name: 'lists', tags: ['a', 'b'] })
    const next = /^<(.+)>; rel="next"$/.exec(String(first.headers.get('link')))?.[1]
    const second = await registry.fetch(String(next))
    expect(await second.json()).toEqual({ name: 'lists', tags: ['c'] })
    expect(second.headers.get('link')).toBeNull()
  })

  test('the catalog names the repositories', async () => {
    const answer = await registry.fetch('/v2/_catalog')
    expect(await answer.json()).toEqual({ repositories: ['app', 'lists', 'other/app'] })
  })
})
