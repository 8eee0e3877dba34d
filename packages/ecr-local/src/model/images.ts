import { ApiError } from '../api-error.ts'
import type { Image } from './image.ts'
import type { Registry } from './registry.ts'
import type { Repository } from './repository.ts'

/** What identifies an image: either member, or both when they belong together. */
export interface ImageId {
  readonly imageDigest?: string | undefined
  readonly imageTag?: string | undefined
}

/** @throws ApiError ImageNotFoundException */
export function findImage(registry: Registry, repository: Repository, id: ImageId): Image {
  const tagged = id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag)
  const digest = id.imageDigest ?? tagged
  const image = digest === undefined ? undefined : repository.images.get(digest)
  if (image && (id.imageTag === undefined || tagged === image.digest)) return image
  throw new ApiError(
    'ImageNotFoundException',
    `The image with imageId ${idText(id)} does not exist within the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
  )
}

export const idText = ({ imageDigest, imageTag }: ImageId) =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`

/** Lifecycle rules may count from here. The caller saves. */
export function recordPull(repository: Repository, image: Image, now: number): void {
  repository.images.update(image.digest, { lastPulledAt: now })
}

/**
 * By digest the image goes with all its tags; by tag the tag goes, and the image with its last one. What an index
 * lists cannot go. The caller saves.
 */
export function deleteImage(
  repository: Repository,
  image: Image,
  id: ImageId,
): { ids: ImageId[] } | { parents: string[] } {
  const { digest: imageDigest } = image
  const tags = repository.tagsOf(imageDigest)
  if (id.imageDigest === undefined && id.imageTag !== undefined && tags.length > 1) {
    repository.tags.delete(id.imageTag)
    return { ids: [{ imageDigest, imageTag: id.imageTag }] }
  }
  const parents = repository.parentsOf(imageDigest).map(({ digest }) => digest)
  if (parents.length > 0) return { parents }
  for (const tag of tags) repository.tags.delete(tag)
  repository.images.delete(imageDigest)
  return { ids: tags.length > 0 ? tags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }] }
}
