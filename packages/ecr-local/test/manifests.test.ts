import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
let ecr: ReturnType<typeof ecrClient>
let registry: RegistryClient

beforeAll(async () => {
  server = await startEcrLocal()
  ecr = ecrClient(server)
  for (const repositoryName of ['app']) await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  registry = await registryClient(ecr)
})

afterAll(() => server.close())

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

test.for<[string, object]>([
  // https://github.com/aws/containers-roadmap/issues/2439
  ['features of a platform', { platform: { os: 'linux', architecture: 'amd64', features: ['sse4'] } }],
  // https://github.com/sigstore/sigstore-js/pull/1058
  ['parameters of a media type', { mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' }],
])('with %s is no manifest to ECR', async ([, more]) => {
  const document = await imageDocument(registry, 'app', 'some')
  const layers = document.layers.map((layer) => ({ ...layer, ...more }))
  expect(await refusal(await registry.manifest('app', 'odd', { ...document, layers }))).toEqual({
    status: 405,
    code: 'UNSUPPORTED',
    message: "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
  })
})

test('the API needs to be told a media type that the manifest does not tell', async () => {
  const { mediaType, ...document } = await imageDocument(registry, 'app', 'untold')
  const put = { repositoryName: 'app', imageTag: 'untold', imageManifest: JSON.stringify(document) }
  await expect(ecr.send(new PutImageCommand(put))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
  })
  await ecr.send(new PutImageCommand({ ...put, imageManifestMediaType: mediaType }))
})

test('an image has at most 1000 tags', async () => {
  const { text } = await registry.image('app', 'tag0', 'of many tags')
  const put = (tag: string) => registry.manifest('app', tag, JSON.parse(text) as object)
  const statuses = await Promise.all(
    Array.from({ length: 999 }, async (_, index) => (await put(`tag${index + 1}`)).status),
  )
  expect(new Set(statuses)).toEqual(new Set([201]))
  expect(await refusal(await put('last'))).toEqual({
    status: 403,
    code: 'DENIED',
    message:
      "Adding tag 'last' to an image in the repository with name 'app' in registry with id '123456789012' exceeds the maximum allowed number of tags per image which is '1000'",
  })
  expect((await put('tag7')).status).toBe(201)
})

test('of another kind, or too large, are refused', async () => {
  const strange = await registry.manifest('app', 'x', { schemaVersion: 1 }, 'application/json')
  expect(await refusal(strange)).toMatchObject({ status: 400, code: 'UNSUPPORTED' })
  const large = await registry.manifest('app', 'x', { padding: 'x'.repeat(4 * 1024 * 1024) })
  expect(large.status).toBe(413)
})
