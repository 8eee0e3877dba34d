import { ApiError } from '../api-error.ts'
import type { ImageFailure } from '../faults.ts'
import type { Image } from '../model/image.ts'
import { findImage, type ImageId } from '../model/images.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { isDigest } from '../store/blobs.ts'
import type { Input } from './input.ts'
import type { Request } from './operation.ts'

export const imageIds = (input: Input) => input.objects('imageIds')?.map(imageIdFrom)

export function imageIdFrom(input: Input): ImageId {
  const imageDigest = input.optional('imageDigest')
  const imageTag = input.optional('imageTag')
  return { ...(imageDigest !== undefined && { imageDigest }), ...(imageTag !== undefined && { imageTag }) }
}

/** In batch operations, a missing image is reported as a failure in the response, not as an error of the call. */
export function lookUp(
  { imageFailure }: Pick<Request, 'imageFailure'>,
  { registry, repository }: { registry: Registry; repository: Repository },
  imageId: ImageId,
): Image | (ImageFailure & { readonly imageId: ImageId }) {
  if (imageFailure) return { imageId, ...imageFailure }
  const { imageDigest, imageTag } = imageId
  const failure = (failureCode: string, failureReason: string) => ({ imageId, failureCode, failureReason })
  if (imageDigest === undefined && imageTag === undefined) {
    return failure('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null')
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    const rule = "image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"
    return failure('InvalidImageDigest', `Invalid request parameters: ${rule}`)
  }
  try {
    return findImage(registry, repository, imageId)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const mismatch = imageTag !== undefined && imageDigest !== undefined && repository.images.has(imageDigest)
    return mismatch
      ? failure('ImageTagDoesNotMatchDigest', 'Requested image tag does not match the image digest')
      : failure('ImageNotFound', 'Requested image not found')
  }
}
