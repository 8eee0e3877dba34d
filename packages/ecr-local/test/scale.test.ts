import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DescribeImages, ListImages } from '../src/api/image-lists.ts'
import { BatchGetImage, PutImage } from '../src/api/images.ts'
import { Input } from '../src/api/input.ts'
import type { Operation, Request } from '../src/api/operation.ts'
import type { Image } from '../src/model/image.ts'
import { Registries } from '../src/model/registries.ts'
import type { Repository } from '../src/model/repository.ts'
import { Blobs, digestOf } from '../src/store/blobs.ts'
import { Documents } from '../src/store/documents.ts'
import { Journals } from '../src/store/journals.ts'
import { WriteQueue } from '../src/store/write-queue.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const FEW = 100
const MANY = 20_000
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

const SETTINGS = {
  imageTagMutability: 'MUTABLE' as const,
  exclusionFilters: [],
  scanOnPush: false,
  encryption: { encryptionType: 'AES256' },
  resourceTags: {},
}

let folder: string
let registries: Registries
let blobs: Blobs

const openStore = () => {
  const writes = new WriteQueue()
  return new Registries(join(folder, 'registries'), {
    documents: new Documents(writes),
    journals: new Journals(writes),
  })
}

const registryOf = (all: Registries) => all.get('123456789012', 'eu-central-1')

function fill(repository: Repository, count: number): void {
  for (let index = 0; index < count; index++) {
    const digest = digestOf(Buffer.from(String(index)))
    const image: Image = {
      ...{ digest, mediaType: OCI_MANIFEST, manifestSize: 1, artifactType: undefined, annotations: undefined },
      ...{ isIndex: false, size: 1, references: [`sha256:${'1'.repeat(64)}`], subject: undefined },
      ...{ pushedAt: 0, lastPulledAt: undefined, scan: undefined },
    }
    repository.images.set(digest, image)
    repository.tags.set(`t${index}`, digest)
  }
  repository.layers.set(`sha256:${'1'.repeat(64)}`, { size: 1 })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecr-local-test-'))
  blobs = new Blobs(join(folder, 'blobs'))
  registries = openStore()
  const registry = registryOf(registries)
  for (const [name, count] of Object.entries({ few: FEW, many: MANY })) {
    const repository = await registry.create(name, SETTINGS, 0)
    fill(repository, count)
    await registry.save(repository)
  }
})

afterAll(() => rm(folder, { recursive: true }))

const call = (operation: Operation, repositoryName: string, members: Record<string, unknown>) => {
  const ecr = { settings: { now: () => 1 }, registries, blobs } as Request['ecr']
  const caller = { account: '123456789012', region: 'eu-central-1' } as Request['caller']
  const input = new Input({ repositoryName, ...members })
  return operation({ operation: operation.name, input, caller, ecr, imageFailure: undefined })
}

const manifest = (text: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'1'.repeat(64)}`, size: 1 },
    layers: [{ mediaType: 'application/x', digest: `sha256:${'1'.repeat(64)}`, size: 1 }],
    annotations: { text },
  })

let pushes = 0
/** By name of the repository. */
const lastTag: Record<string, string> = {}

const push = async (name: string) => {
  const tag = `p${1_000_000 + ++pushes}`
  lastTag[name] = tag
  await call(PutImage, name, { imageManifest: manifest(tag), imageTag: tag })
}

const pull = (name: string) => call(BatchGetImage, name, { imageIds: [{ imageTag: lastTag[name] }] })

const journalOf = async (name: string): Promise<string> => {
  const repositories = join(folder, 'registries/123456789012/eu-central-1/repositories')
  for (const file of await readdir(repositories)) {
    const [head = ''] = (await readFile(join(repositories, file), 'utf8')).split('\n', 1)
    if (JSON.parse(head).name === name) return join(repositories, file)
  }
  throw new Error(`${name} has no journal`)
}

/** The token of the page that begins with the image or tag that is the fiftieth from the end. */
const deep = (count: number) => Buffer.from(`place:${count - 50}:0`).toString('base64')

test('what is written for a push, and for a pull, is the same with few images and with many', async () => {
  const written = async (name: string, work: () => Promise<unknown>) => {
    const file = await journalOf(name)
    const before = (await stat(file)).size
    await work()
    return (await stat(file)).size - before
  }
  const sizes = async (name: string) => {
    await push(name)
    const pushed = await written(name, () => push(name))
    const pulled = await written(name, async () => pull(name))
    return { pushed, pulled }
  }
  const few = await sizes('few')
  expect(await sizes('many')).toEqual(few)
  expect(few.pushed).toBeLessThan(2_000)
})

/** The least time of several calls, which leaves out whatever else the machine did. */
async function least(work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 30; round++) {
    const begun = performance.now()
    await work()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}

test.each<[string, (name: string, count: number) => unknown]>([
  ['a push', push],
  ['a pull', pull],
  ['the first page of ListImages', (name) => call(ListImages, name, { maxResults: 20 })],
  ['the last page of ListImages', (name, count) => call(ListImages, name, { nextToken: deep(count), maxResults: 20 })],
  ['the last page of DescribeImages', (name, count) => call(DescribeImages, name, { nextToken: deep(count) })],
  ['one image of DescribeImages', (name) => call(DescribeImages, name, { imageIds: [{ imageTag: 't7' }] })],
])('%s takes as long with many images as with few', async (_, work) => {
  await push('few')
  await push('many')
  // A walk over all images would be two hundred times as long.
  const [few, many] = [await least(() => work('few', FEW)), await least(() => work('many', MANY))]
  expect(many / few).toBeLessThan(10)
})

test('all of it is there after a restart', async () => {
  const again = openStore()
  await again.load()
  for (const name of ['few', 'many']) {
    const [before, after] = [registryOf(registries).repository(name), registryOf(again).repository(name)]
    expect(after.tags.size).toBe(before.tags.size)
    expect([...after.tags].at(-1)).toEqual([...before.tags].at(-1))
    expect([...after.images.keys()]).toEqual([...before.images.keys()])
  }
})
