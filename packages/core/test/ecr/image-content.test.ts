import { expect, test } from 'vitest'
import type { Manifest, Repository } from '../../src/ecr/ecr.ts'
import { imagesIn } from '../../src/ecr/image-content.ts'

const REPOSITORY = { name: 'app' } as Repository
const manifest = (digest: string, body: object): Manifest => ({ digest, mediaType: '', body: JSON.stringify(body) })
const image = (digest: string, ...sizes: number[]) =>
  manifest(digest, {
    config: { digest: 'c', size: 10 },
    layers: sizes.map((size) => ({ digest: `layer-${size}`, size })),
  })
const reader = (...known: Manifest[]) => ({
  manifests: async (_: Repository, ids: readonly string[]) =>
    new Map(known.filter(({ digest }) => ids.includes(digest)).map((each) => [each.digest, each])),
})

test('an image is its own, and counts a layer once', async () => {
  expect(await imagesIn(REPOSITORY, image('a', 100, 200, 100), reader())).toEqual([
    { platform: '', digest: 'a', sizeBytes: 310 },
  ])
})

test('an index has its images, and not what attests them', async () => {
  const index = manifest('i', {
    manifests: [
      { digest: 'a', platform: { os: 'linux', architecture: 'amd64' } },
      { digest: 'b', platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      { digest: 'x', platform: { os: 'unknown', architecture: 'unknown' } },
    ],
  })
  expect(await imagesIn(REPOSITORY, index, reader(image('a', 1)))).toEqual([
    { platform: 'linux/amd64', digest: 'a', sizeBytes: 11 },
    { platform: 'linux/arm/v7', digest: 'b', sizeBytes: undefined },
  ])
})
