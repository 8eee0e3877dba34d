import { expect, test } from 'vitest'
import type { Image } from '../src/model/image.ts'
import type { LifecycleSelection } from '../src/model/lifecycle-policy.ts'
import { affectedBy } from '../src/model/lifecycle-preview.ts'
import { Repository } from '../src/model/repository.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = 1000 * DAY

/** Image name → its tags and whatever matters of it. */
function repositoryOf(images: Record<string, { tags?: string[]; age?: number } & Partial<Image>>) {
  const image = (digest: string, { age = 0, tags: _, ...rest }: (typeof images)[string]): Image => ({
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    manifestSize: 1,
    artifactType: undefined,
    annotations: undefined,
    isIndex: false,
    size: 1,
    references: [],
    subject: undefined,
    pushedAt: NOW - age * DAY,
    lastPulledAt: undefined,
    scan: undefined,
    ...rest,
  })
  return new Repository({
    name: 'app',
    createdAt: 0,
    imageTagMutability: 'MUTABLE',
    exclusionFilters: [],
    scanOnPush: false,
    encryption: { encryptionType: 'AES256' },
    resourceTags: {},
    layers: {},
    images: Object.fromEntries(Object.entries(images).map(([digest, more]) => [digest, image(digest, more)])),
    tags: Object.fromEntries(
      Object.entries(images).flatMap(([digest, { tags = [] }]) => tags.map((tag) => [tag, digest] as const)),
    ),
  })
}

const affected = (repository: Repository, ...selections: LifecycleSelection[]) => {
  const rules = selections.map((selection, index) => ({
    rulePriority: index + 1,
    selection,
    action: { type: 'expire' as const },
  }))
  return affectedBy(rules, repository, NOW).map(({ image, rule }) => `${rule.rulePriority}:${image.digest}`)
}

const olderThan = (countNumber: number, more: Partial<LifecycleSelection> = {}): LifecycleSelection => ({
  tagStatus: 'any',
  countType: 'sinceImagePushed',
  countUnit: 'days',
  countNumber,
  ...more,
})

test('a prefix is a pattern with a star at its end; of several, all must fit', () => {
  const repository = repositoryOf({
    both: { tags: ['dev-1', 'qa-1'], age: 9 },
    one: { tags: ['dev-2'], age: 9 },
    none: { tags: ['v1'], age: 9 },
  })
  const tagged = (tagPrefixList: string[]) => olderThan(5, { tagStatus: 'tagged', tagPrefixList })
  expect(affected(repository, tagged(['dev']))).toEqual(['1:both', '1:one'])
  expect(affected(repository, tagged(['dev', 'qa']))).toEqual(['1:both'])
})

test('untagged images, and only they', () => {
  const repository = repositoryOf({ old: { age: 9 }, young: { age: 1 }, tagged: { tags: ['v1'], age: 9 } })
  expect(affected(repository, olderThan(5, { tagStatus: 'untagged' }))).toEqual(['1:old'])
})

test('an image that was never pulled counts from its push', () => {
  const repository = repositoryOf({
    pulled: { age: 90, lastPulledAt: NOW - DAY },
    forgotten: { age: 90, lastPulledAt: NOW - 60 * DAY },
    never: { age: 40 },
    young: { age: 1 },
  })
  expect(affected(repository, olderThan(30, { countType: 'sinceImagePulled' }))).toEqual(['1:never', '1:forgotten'])
})

test('what refers to an image goes only with it', () => {
  const repository = repositoryOf({
    image: { tags: ['v1'], age: 1 },
    signature: { age: 90, subject: 'image' },
    orphan: { age: 90, subject: 'deleted' },
  })
  expect(affected(repository, olderThan(30))).toEqual(['1:orphan'])
})

test('nothing is in the archive', () => {
  const repository = repositoryOf({ old: { age: 90 } })
  expect(affected(repository, olderThan(30, { storageClass: 'archive' }))).toEqual([])
  expect(affected(repository, olderThan(30, { countType: 'sinceImageTransitioned' }))).toEqual([])
})

test('an image is acted on once, by the rule that comes first', () => {
  const repository = repositoryOf({ old: { tags: ['pr-1'], age: 90 }, older: { tags: ['pr-2'], age: 91 } })
  const pullRequests = olderThan(30, { tagStatus: 'tagged', tagPatternList: ['pr-*'] })
  expect(affected(repository, pullRequests, olderThan(1))).toEqual(['1:old', '1:older'])
})
