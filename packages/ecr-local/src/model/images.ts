import { ApiError } from '../api-error.ts'
import type { Image } from './image.ts'
import type { Registry } from './registry.ts'
import type { Repository } from './repository.ts'

/** Identifies an image: either member, or both if they match. */
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

/** Lifecycle rules may count from this time. The caller saves. */
export function recordPull(repository: Repository, image: Image, now: number): void {
  repository.images.update(image.digest, { lastPulledAt: now })
}

/**
 * By digest, the image is deleted with all its tags; by tag, the tag is deleted, and the image with its last tag. An
 * image that is listed in an index cannot be deleted. The caller saves.
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
