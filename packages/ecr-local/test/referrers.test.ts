import {
  CreateRepositoryCommand,
  DescribeImageReplicationStatusCommand,
  DescribeImageSigningStatusCommand,
  DescribeImagesCommand,
  DescribeRegistryCommand,
  ListImageReferrersCommand,
} from '@aws-sdk/client-ecr'
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

const repositoryName = 'signed'

let server: EcrLocal
let ecr: ReturnType<typeof ecrClient>
let registry: RegistryClient
let image: { digest: string; text: string }
let signature: string
let bill: string

beforeAll(async () => {
  server = await startEcrLocal()
  ecr = ecrClient(server)
  registry = await registryClient(ecr)
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  image = await registry.image(repositoryName, 'v1', 'content')
  signature = await refer('application/vnd.example.signature', { by: 'me' })
  bill = await refer('application/spdx+json', {})
})

afterAll(() => server.close())

/** Pushes by digest an artifact that speaks of the image. */
async function refer(artifactType: string, annotations: Record<string, string>) {
  const subject = { mediaType: OCI_MANIFEST, digest: image.digest, size: image.text.length }
  const document = {
    ...(await imageDocument(registry, repositoryName, artifactType)),
    artifactType,
    subject,
    annotations,
  }
  const digest = digestOf(JSON.stringify(document))
  const put = await registry.manifest(repositoryName, digest, document)
  expect([put.status, put.headers.get('oci-subject')]).toEqual([201, image.digest])
  return digest
}

test('the registry lists them as an index, and may filter', async () => {
  const answer = await registry.fetch(`/v2/${repositoryName}/referrers/${image.digest}`)
  expect(answer.headers.get('content-type')).toBe(OCI_INDEX)
  const index = (await answer.json()) as { mediaType: string; manifests: object[] }
  expect(index.mediaType).toBe(OCI_INDEX)
  expect(index.manifests).toMatchObject([
    { digest: signature, artifactType: 'application/vnd.example.signature', annotations: { by: 'me' } },
    { digest: bill, artifactType: 'application/spdx+json' },
  ])
  const type = encodeURIComponent('application/spdx+json')
  const filtered = await registry.fetch(`/v2/${repositoryName}/referrers/${image.digest}?artifactType=${type}`)
  expect(filtered.headers.get('oci-filters-applied')).toBe('artifactType')
  expect(await filtered.json()).toMatchObject({ manifests: [{ digest: bill }] })
})

test('there may be none', async () => {
  const answer = await registry.fetch(`/v2/${repositoryName}/referrers/${digestOf('nothing')}`)
  expect([answer.status, await answer.json()]).toMatchObject([200, { manifests: [] }])
})

test('the API lists them too', async () => {
  const subjectId = { imageDigest: image.digest }
  const all = await ecr.send(new ListImageReferrersCommand({ repositoryName, subjectId, maxResults: 1 }))
  expect(all.referrers).toMatchObject([{ digest: signature, artifactStatus: 'ACTIVE', mediaType: OCI_MANIFEST }])
  const filter = { artifactTypes: ['application/spdx+json'] }
  const filtered = await ecr.send(new ListImageReferrersCommand({ repositoryName, subjectId, filter }))
  expect(filtered.referrers?.map(({ digest }) => digest)).toEqual([bill])
  const { imageDetails } = await ecr.send(
    new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest: bill }] }),
  )
  expect(imageDetails).toMatchObject([
    { subjectManifestDigest: image.digest, artifactMediaType: 'application/spdx+json' },
  ])
})

test('an image has at most 100', async () => {
  const subject = await registry.image(repositoryName, 'much-spoken-of', 'subject')
  const document = {
    ...(await imageDocument(registry, repositoryName, 'artifact')),
    artifactType: 'application/vnd.example.signature',
    subject: { mediaType: OCI_MANIFEST, digest: subject.digest, size: subject.text.length },
  }
  const push = (nth: number) => {
    const nths = { ...document, annotations: { nth: String(nth) } }
    return registry.manifest(repositoryName, digestOf(JSON.stringify(nths)), nths)
  }
  for (let nth = 1; nth <= 100; nth += 1) expect((await push(nth)).status).toBe(201)
  expect(await refusal(await push(101))).toMatchObject({ status: 403, code: 'DENIED' })
  // One that is there may be pushed again.
  expect((await push(1)).status).toBe(201)
})

test('nothing is signed or replicated by the registry itself', async () => {
  const imageId = { imageTag: 'v1' }
  const signing = await ecr.send(new DescribeImageSigningStatusCommand({ repositoryName, imageId }))
  expect(signing).toMatchObject({ imageId: { imageDigest: image.digest }, signingStatuses: [] })
  const replication = await ecr.send(new DescribeImageReplicationStatusCommand({ repositoryName, imageId }))
  expect(replication.replicationStatuses).toEqual([])
  expect(await ecr.send(new DescribeRegistryCommand({}))).toMatchObject({
    registryId: '123456789012',
    replicationConfiguration: { rules: [] },
  })
})
