import type { Image } from './image.ts'
import type { LifecycleRule, LifecycleSelection } from './lifecycle-policy.ts'
import { matches } from './mutability.ts'
import type { Repository } from './repository.ts'

/** An image that a rule would expire or archive. */
export interface Affected {
  readonly image: Image
  readonly rule: LifecycleRule
}

const DAY = 24 * 60 * 60 * 1000

/**
 * The images that a policy would act on, lowest priority number first. Later rules cannot act on an image whose tags
 * match a rule, but still count it. An image that is listed in an index, or that refers to an image, is deleted only
 * together with that: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function affectedBy(rules: readonly LifecycleRule[], repository: Repository, now: number): Affected[] {
  const claimed = new Set<string>()
  const affected: Affected[] = []
  for (const rule of [...rules].sort((one, other) => one.rulePriority - other.rulePriority)) {
    const fitting = [...repository.images.values()].filter((image) => fits(image, rule.selection, repository))
    const free = overCount(fitting, rule.selection, now).filter(({ digest }) => !claimed.has(digest))
    affected.push(...free.map((image) => ({ image, rule })))
    for (const { digest } of fitting) claimed.add(digest)
  }
  return affected
}

function fits(image: Image, selection: LifecycleSelection, repository: Repository): boolean {
  // All images here are in standard storage.
  if (selection.storageClass === 'archive') return false
  const bound = repository.parentsOf(image.digest).length > 0
  if (bound || (image.subject !== undefined && repository.images.has(image.subject))) return false
  const tags = repository.tagsOf(image.digest)
  const patterns = selection.tagPatternList ?? selection.tagPrefixList?.map((prefix) => `${prefix}*`) ?? []
  switch (selection.tagStatus) {
    case 'any':
      return true
    case 'untagged':
      return tags.length === 0
    case 'tagged':
      return patterns.every((pattern) => tags.some((tag) => matches(tag, pattern)))
  }
}

function overCount(images: readonly Image[], { countType, countNumber }: LifecycleSelection, now: number): Image[] {
  const newestFirst = [...images].sort((one, other) => other.pushedAt - one.pushedAt)
  const before = now - countNumber * DAY
  switch (countType) {
    case 'imageCountMoreThan':
      return newestFirst.slice(countNumber)
    case 'sinceImagePushed':
      return newestFirst.filter(({ pushedAt }) => pushedAt < before)
    case 'sinceImagePulled':
      return newestFirst.filter(({ pushedAt, lastPulledAt }) => (lastPulledAt ?? pushedAt) < before)
    case 'sinceImageTransitioned':
      return []
  }
}
