import type { Repository } from '@container-actions/core'

/** Wildcards of ECR's exclusion filters: `*` stands for any characters, everything else for itself. */
function matches(filter: string, tag: string): boolean {
  const pattern = filter.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('.*')}$`).test(tag)
}

/**
 * Whether a tag of the repository stays with its first image:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export function isImmutable(
  { tagMutability, exclusions }: Pick<Repository, 'tagMutability' | 'exclusions'>,
  tag: string,
): boolean {
  const excluded = tagMutability.endsWith('_WITH_EXCLUSION') && exclusions.some((filter) => matches(filter, tag))
  return tagMutability.startsWith('IMMUTABLE') !== excluded
}
