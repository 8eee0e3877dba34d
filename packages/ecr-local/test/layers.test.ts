import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { digestOf, registryClient } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

const FIVE_MB = 5 * 1024 * 1024
const repositoryName = 'layers'

let offset = 0
const { ecr } = await useServer({ now: () => Date.now() + offset })
await ecr.send(new CreateRepositoryCommand({ repositoryName }))

const begin = async () => String((await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))).uploadId)

const part = (uploadId: string, partFirstByte: number, content: Buffer) =>
  ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte,
      partLastByte: partFirstByte + content.length - 1,
      layerPartBlob: content,
    }),
  )

const complete = (uploadId: string, ...layerDigests: string[]) =>
  ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }))

async function upload(content: string) {
  const uploadId = await begin()
  await part(uploadId, 0, Buffer.from(content))
  return String((await complete(uploadId, digestOf(content))).layerDigest)
}

test('a layer in parts, checked, and downloaded by a link without credentials', async () => {
  const [one, two] = [Buffer.alloc(FIVE_MB, 'a'), Buffer.from('the rest')]
  const digest = digestOf(Buffer.concat([one, two]))
  const uploadId = await begin()
  expect((await part(uploadId, 0, one)).lastByteReceived).toBe(FIVE_MB - 1)
  expect((await part(uploadId, FIVE_MB, two)).lastByteReceived).toBe(FIVE_MB + 7)
  expect((await complete(uploadId, digestOf('other'), digest)).layerDigest).toBe(digest)
  const layerDigests = [digest, digestOf('absent'), 'nonsense']
  const checked = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }))
  expect(checked.layers).toEqual([
    { layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: FIVE_MB + 8 },
    { layerDigest: digestOf('absent'), layerAvailability: 'UNAVAILABLE' },
  ])
  expect(checked.failures).toMatchObject([{ layerDigest: 'nonsense', failureCode: 'InvalidLayerDigest' }])
  const { downloadUrl } = await ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digest }))
  const bytes = await (await fetch(String(downloadUrl))).bytes()
  expect(digestOf(bytes)).toBe(digest)
  expect((await fetch(String(downloadUrl).replace(/sha256:./, 'sha256:f'))).status).toBe(403)
  offset = 2 * 60 * 60 * 1000
  expect((await fetch(String(downloadUrl))).status).toBe(403)
  offset = 0
})

test("an image out of layers of the API is pulled over the registry, with the layer's type known", async () => {
  const [config, layer] = [await upload('{"config":true}'), await upload('layer')]
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: config, size: 15 },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', digest: layer, size: 5 }],
  }
  const imageManifest = JSON.stringify(manifest)
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'api' }))
  const registry = await registryClient(ecr)
  const got = await registry.fetch(`/v2/${repositoryName}/manifests/api`)
  expect([got.headers.get('content-type'), await got.text()]).toEqual([manifest.mediaType, imageManifest])
  expect(await (await registry.fetch(`/v2/${repositoryName}/blobs/${layer}`)).text()).toBe('layer')
  const { layers } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layer] }))
  expect(layers?.[0]?.mediaType).toBe(manifest.layers[0]?.mediaType)
})

test('a part that does not go on where the last ended', async () => {
  const uploadId = await begin()
  await part(uploadId, 0, Buffer.from('0123456789'))
  await expect(part(uploadId, 5, Buffer.from('x'))).rejects.toMatchObject({
    name: 'InvalidLayerPartException',
    message: 'First byte of the layer part is 5 instead of 10',
    registryId: '123456789012',
    repositoryName,
    uploadId,
    lastValidByteReceived: 9,
  })
})

test('completions that cannot be', async () => {
  await expect(complete(await begin(), digestOf(''))).rejects.toMatchObject({ name: 'EmptyUploadException' })
  const small = await begin()
  await part(small, 0, Buffer.from('small'))
  await part(small, 5, Buffer.from('last'))
  await expect(complete(small, digestOf('smalllast'))).rejects.toMatchObject({
    name: 'LayerPartTooSmallException',
    message: 'All layer parts except the last part should be at least 5MB',
  })
  const wrong = await begin()
  await part(wrong, 0, Buffer.from('content'))
  await expect(complete(wrong, digestOf('promise'))).rejects.toMatchObject({ name: 'InvalidLayerException' })
  const digest = await upload('twice')
  const again = await begin()
  await part(again, 0, Buffer.from('twice'))
  await expect(complete(again, digest)).rejects.toMatchObject({ name: 'LayerAlreadyExistsException' })
})

test('uploads and layers that are not there', async () => {
  const uploadId = 'c0ffee00-0000-4000-8000-000000000000'
  await expect(part(uploadId, 0, Buffer.from('x'))).rejects.toMatchObject({ name: 'UploadNotFoundException' })
  const layerDigest = digestOf('absent')
  await expect(ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }))).rejects.toMatchObject({
    name: 'LayersNotFoundException',
    message: `The layer with digest '${layerDigest}' does not exist within the repository with name 'layers' in the registry with id '123456789012'`,
  })
})
