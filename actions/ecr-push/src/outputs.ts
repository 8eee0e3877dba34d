import type { Repository } from '@container-actions/core'

/** Outputs, named as in action.yml. */
export type Outputs = {
  readonly image: string
  readonly images: string
  readonly tags: string
  readonly tag: string
  readonly digest: string
  readonly image_digest_ref: string
  readonly imageid: string
  readonly metadata: string
  readonly size_bytes: number | ''
  readonly repository: string
  readonly repository_uri: string
  readonly registry: string
  readonly registry_id: string
  readonly pushed: boolean
  readonly skipped: boolean
  readonly reason: string
}

/**
 * The outputs of a step; values that are missing in `known` are empty or false.
 *
 * @param repository has an empty URI if the image is in no registry
 * @param tags the tags that the image has
 */
export function outputsFor(
  { name, uri, registry, registryId }: Pick<Repository, 'name' | 'uri' | 'registry' | 'registryId'>,
  tags: readonly string[],
  known: Partial<Outputs> & Pick<Outputs, 'reason'>,
): Outputs {
  const images = uri === '' ? [] : tags.map((tag) => `${uri}:${tag}`)
  return {
    image: images[0] ?? known.image_digest_ref ?? '',
    images: images.join('\n'),
    tags: tags.join(','),
    tag: tags[0] ?? '',
    digest: '',
    image_digest_ref: '',
    imageid: '',
    metadata: '',
    size_bytes: '',
    repository: name,
    repository_uri: uri,
    registry,
    // In policies, `*` is an account that could not be determined.
    registry_id: registryId.replace('*', ''),
    pushed: false,
    skipped: false,
    ...known,
  }
}
