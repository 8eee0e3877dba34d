import type { GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Ecr, Manifest, Repository } from '../../packages/core/src/ecr/ecr.ts'
import { openAws, stubAws } from '../../packages/core/test/support/aws.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import {
  OCI_INDEX,
  OCI_MANIFEST,
  type RegistryClient,
  registryClient,
} from '../../packages/ecr-local/test/support/registry-client.ts'
import { clientOf } from '../../packages/stand-ins/src/ecr-client.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: EcrLocal
let registry: RegistryClient
let repository: Repository
let ecr: Ecr
beforeAll(async () => {
  server = await startEcrLocal()
  registry = await registryClient(clientOf(server))
  stubAws(server.environment)
  ecr = openAws().ecr
  const made = await ecr.create('app')
  if (made === undefined) throw new Error('there is none')
  repository = made
})
afterAll(() => {
  vi.unstubAllEnvs()
  return server.close()
})
afterEach(() => {
  vi.restoreAllMocks()
  server.clearFaults()
})

async function manifestOf(tag: string): Promise<Manifest> {
  const manifest = await ecr.manifest(repository, { tag })
  if (manifest === undefined) throw new Error('there is none')
  return manifest
}

/** Pushes an image with this configuration. */
async function pushImage(tag: string, config: object): Promise<Manifest> {
  const text = JSON.stringify({ architecture: 'amd64', os: 'linux', ...config })
  const digest = await registry.layer('app', text)
  const mediaType = 'application/vnd.oci.image.config.v1+json'
  const document = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType, digest, size: text.length },
    // ECR takes no image without layers, and does not look into them.
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: text.length }],
  }
  expect((await registry.manifest('app', tag, document)).status).toBe(201)
  return manifestOf(tag)
}

async function pushIndex(tag: string, children: readonly (readonly [Manifest, string])[]): Promise<Manifest> {
  const manifests = children.map(([{ digest, mediaType, body }, os]) => ({
    ...{ mediaType, digest, size: Buffer.byteLength(body) },
    platform: { os, architecture: os === 'unknown' ? os : 'amd64' },
  }))
  const document = { schemaVersion: 2, mediaType: OCI_INDEX, manifests }
  expect((await registry.manifest('app', tag, document, OCI_INDEX)).status).toBe(201)
  return manifestOf(tag)
}

const LABELS = { 'x.run': '17', 'x.empty': '' }

test('the manifests behind any number of tags and digests come with one call for each hundred', async () => {
  const image = await pushImage('many-0', { config: { Labels: LABELS } })
  const tags = Array.from({ length: 120 }, (_, index) => `many-${index}`)
  for (const tag of tags.slice(1, 110)) expect(await ecr.tag(repository, image, tag)).toBe(true)
  const before = server.calls.length
  const found = await ecr.manifests(repository, [image.digest, ...tags, ...tags])
  expect(server.calls.slice(before).map(({ operation }) => operation)).toEqual(['BatchGetImage', 'BatchGetImage'])
  expect([...found.keys()].sort()).toEqual([image.digest, ...tags.slice(0, 110)].sort())
  expect([...found.values()].filter(({ body }) => body !== image.body)).toEqual([])
})

describe('labels', () => {
  test('are those of the image, or of the first image of an index', async () => {
    const image = await pushImage('labels', { config: { Labels: LABELS } })
    expect(await ecr.labels(repository, image)).toEqual(LABELS)
    const attestation = await pushImage('attestation', { config: { Labels: { no: 'image' } } })
    const index = await pushIndex('index', [
      [attestation, 'unknown'],
      [image, 'linux'],
    ])
    expect(await ecr.labels(repository, index)).toEqual(LABELS)
    expect(await ecr.labels(repository, await pushIndex('none', [[attestation, 'unknown']]))).toBeUndefined()
  })

  test.each([{}, { config: {} }, { config: { Labels: null } }, { config: null }])(
    'there are none in %j',
    async (config) => {
      expect(await ecr.labels(repository, await pushImage('no-labels', config))).toBeUndefined()
    },
  )

  test('that may not be read are a line', async () => {
    const image = await pushImage('denied', { config: { Labels: LABELS } })
    server.addFault({ operation: 'GetDownloadUrlForLayer', error: 'AccessDeniedException' })
    await expect(ecr.labels(repository, image)).rejects.toThrow(/^AWS denies .*ecr:GetDownloadUrlForLayer/)
  })

  test('behind a storage that cannot be reached are a line', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const image = await pushImage('far', { config: { Labels: LABELS } })
    const nowhere = openAws()
    const answerFromNowhere = async (command: GetDownloadUrlForLayerCommand) => ({
      ...(await clientOf(server).send(command)),
      downloadUrl: 'http://127.0.0.1:1/layer',
    })
    const client = await nowhere.session.ecr()
    vi.spyOn(client, 'send').mockImplementation(answerFromNowhere as typeof client.send)
    await expect(nowhere.ecr.labels(repository, image)).rejects.toThrow(
      /^The storage of ECR at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    )
  })
})

describe('a tag that may not move', () => {
  test('stays, and costs no write', async () => {
    const image = await pushImage('stays', {})
    const before = server.calls.length
    expect(await ecr.tag(repository, image, 'other', async () => false)).toBe(false)
    expect(server.calls.length).toBe(before)
  })

  test('is asked about before each attempt of a call that AWS throttles', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const image = await pushImage('throttled', {})
    server.addFault({ operation: 'PutImage', error: 'ThrottlingException', times: 2 })
    const answers = [true, true, false]
    const asked: boolean[] = []
    const mayMove = async () => {
      const answer = answers[asked.length] ?? false
      asked.push(answer)
      return answer
    }
    expect(await ecr.tag(repository, image, 'other', mayMove)).toBe(false)
    expect(asked).toEqual(answers)
    expect(await ecr.manifest(repository, { tag: 'other' })).toBeUndefined()
  })

  test('fails with what the question failed with', async () => {
    const image = await pushImage('fails', {})
    const mayMove = () => ecr.manifest({ ...repository, name: 'none' }, { tag: 'x' }).then(() => true)
    await expect(ecr.tag(repository, image, 'other', mayMove)).rejects.toThrow(
      /^ecr:BatchGetImage for repository 'none'/,
    )
  })
})
