import { ApiError, invalidParameter } from '../api-error.ts'
import { findImage, type ImageId, putImage } from '../model/images.ts'
import type { Registry } from '../model/registry.ts'
import type { Image, Repository } from '../model/repository.ts'
import { isDigest } from '../store/blobs.ts'
import type { Input } from './input.ts'
import { type Operation, page, repositoryOf, seconds } from './operation.ts'

export const PutImage: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const text = input.string('imageManifest')
  const tag = input.optional('imageTag')
  if (tag !== undefined && !/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}$/.test(tag)) {
    throw invalidParameter('imageTag', "must satisfy regular expression '[a-zA-Z0-9-_.]+'")
  }
  const push = {
    content: Buffer.from(text),
    mediaType: input.optional('imageManifestMediaType'),
    tag,
    digest: input.optional('imageDigest'),
    now: ecr.settings.now(),
  }
  const image = await putImage(registry, repository, push, ecr.blobs)
  return { image: shape(registry, repository, { imageDigest: image.digest, imageTag: tag }, image, text) }
}

export const BatchGetImage: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const images: object[] = []
  const failures: object[] = []
  for (const id of imageIds(input, 1) ?? []) {
    const found = lookUp(registry, repository, id)
    if ('failureCode' in found) {
      failures.push({ imageId: id, ...found })
      continue
    }
    const manifest = (await ecr.blobs.read(found.digest)).toString()
    images.push(shape(registry, repository, { ...id, imageDigest: found.digest }, found, manifest))
    found.lastPulledAt = ecr.settings.now()
  }
  if (images.length > 0) await registry.save(repository)
  return { images, failures }
}

export const DescribeImages: Operation = (request) => {
  const { input } = request
  const { registry, repository } = repositoryOf(request)
  const ids = imageIds(input, 1)
  const status = input.object('filter')?.oneOf('tagStatus', ['TAGGED', 'UNTAGGED', 'ANY']) ?? 'ANY'
  const images = ids
    ? [...new Set(ids.map((id) => findImage(registry, repository, id)))]
    : [...repository.images.values()]
  const wanted = images.filter((image) => {
    const tagged = repository.tagsOf(image.digest).length > 0
    return status === 'ANY' || tagged === (status === 'TAGGED')
  })
  const { items, nextToken } = page(wanted, request)
  return { imageDetails: items.map((image) => detail(registry, repository, image)), nextToken }
}

function imageIds(input: Input, min: number): ImageId[] | undefined {
  return input.objects('imageIds', { min, max: 100 })?.map((id) => {
    const imageDigest = id.optional('imageDigest')
    const imageTag = id.optional('imageTag')
    return { ...(imageDigest !== undefined && { imageDigest }), ...(imageTag !== undefined && { imageTag }) }
  })
}

interface LookUpFailure {
  readonly failureCode: string
  readonly failureReason: string
}

/** In batch operations a missing image is a failure beside the answer, not an error of the call. */
function lookUp(registry: Registry, repository: Repository, id: ImageId): Image | LookUpFailure {
  const { imageDigest, imageTag } = id
  if (imageDigest === undefined && imageTag === undefined) {
    return {
      failureCode: 'MissingDigestAndTag',
      failureReason: 'Invalid request parameters: both tag and digest cannot be null',
    }
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return {
      failureCode: 'InvalidImageDigest',
      failureReason: `Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'`,
    }
  }
  try {
    return findImage(registry, repository, id)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const mismatch = imageDigest !== undefined && imageTag !== undefined && repository.images.has(imageDigest)
    return mismatch
      ? {
          failureCode: 'ImageTagDoesNotMatchDigest',
          failureReason: 'Requested image tag does not match the image digest',
        }
      : { failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }
  }
}

const shape = (registry: Registry, repository: Repository, imageId: ImageId, image: Image, imageManifest: string) => ({
  registryId: registry.account,
  repositoryName: repository.name,
  imageId,
  imageManifest,
  imageManifestMediaType: image.mediaType,
})

function detail(registry: Registry, repository: Repository, image: Image) {
  const imageTags = repository.tagsOf(image.digest)
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(imageTags.length > 0 && { imageTags }),
    imageSizeInBytes: image.size,
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactMediaType,
    lastRecordedPullTime: image.lastPulledAt === undefined ? undefined : seconds(image.lastPulledAt),
    subjectManifestDigest: image.subject,
    imageStatus: 'ACTIVE',
  }
}
