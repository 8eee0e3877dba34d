import { BatchGetImageCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { digestOf, OCI_MANIFEST, type RegistryClient, registryClient } from './support/registry-client.ts'

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

let server: EcrLocal
let ecr: ReturnType<typeof ecrClient>
let registry: RegistryClient
let image: { digest: string; text: string }

beforeAll(async () => {
  server = await startEcrLocal({ strict: true })
  ecr = ecrClient(server)
  registry = await registryClient(ecr)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  image = await registry.image('app', 'v1', 'content')
})

afterAll(() => server.close())

const pull = (reference: string, accept: string, method = 'GET') =>
  registry.fetch(`/v2/app/manifests/${reference}`, { method, headers: { accept } })

test('by tag, who accepts only the other format gets it, under another digest', async () => {
  const answer = await pull('v1', DOCKER_MANIFEST)
  expect(answer.headers.get('content-type')).toBe(DOCKER_MANIFEST)
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({
    mediaType: DOCKER_MANIFEST,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json' },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar' }],
  })
  const head = await pull('v1', DOCKER_MANIFEST, 'HEAD')
  expect(head.headers.get('docker-content-digest')).toBe(digestOf(text))
})

test.for([
  ['v1', `${DOCKER_MANIFEST}, ${OCI_MANIFEST};q=0.5`],
  ['v1', '*/*'],
  ['v1', 'text/html'],
])('%s stays as it was pushed for %s', async ([reference, accept]) => {
  expect(await (await pull(String(reference), String(accept))).text()).toBe(image.text)
})

test('by digest nothing is ever converted', async () => {
  expect(await (await pull(image.digest, DOCKER_MANIFEST)).text()).toBe(image.text)
})

test('the API converts in the same way', async () => {
  const get = async (...acceptedMediaTypes: string[]) => {
    const command = { repositoryName: 'app', imageIds: [{ imageTag: 'v1' }], acceptedMediaTypes }
    return (await ecr.send(new BatchGetImageCommand(command))).images?.[0]
  }
  expect((await get(DOCKER_MANIFEST))?.imageManifestMediaType).toBe(DOCKER_MANIFEST)
  const original = await get(DOCKER_MANIFEST, OCI_MANIFEST)
  expect([original?.imageManifestMediaType, original?.imageManifest]).toEqual([OCI_MANIFEST, image.text])
})

test('in strict mode GET has no Docker-Content-Digest, HEAD has', async () => {
  const digests = [await pull('v1', '*/*'), await pull('v1', '*/*', 'HEAD')].map(({ headers }) =>
    headers.get('docker-content-digest'),
  )
  expect(digests).toEqual([null, image.digest])
})
