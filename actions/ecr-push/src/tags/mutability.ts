import type { Repository } from '@container-actions/core'

/** Wildcards in ECR's exclusion filters: `*` matches any characters, everything else itself. */
function matches(filter: string, tag: string): boolean {
  const pattern = filter.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('.*')}$`).test(tag)
}

/**
 * Whether a tag of the repository cannot move from its first image:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export function isImmutable(
  { tagMutability, exclusions }: Pick<Repository, 'tagMutability' | 'exclusions'>,
  tag: string,
): boolean {
  const excluded = tagMutability.endsWith('_WITH_EXCLUSION') && exclusions.some((filter) => matches(filter, tag))
  return tagMutability.startsWith('IMMUTABLE') !== excluded
}
