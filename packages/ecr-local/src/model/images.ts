import { ApiError, invalidParameter } from '../api-error.ts'
import { type Blobs, digestOf } from '../store/blobs.ts'
import { MANIFEST_LIMIT, type Manifest, parseManifest } from './manifest.ts'
import { mayMove } from './mutability.ts'
import type { Registry } from './registry.ts'
import type { Image, Repository } from './repository.ts'

/** What identifies an image: either member, or both when they belong together. */
export interface ImageId {
  readonly imageDigest?: string | undefined
  readonly imageTag?: string | undefined
}

/** A manifest to store, from the API or from the registry. */
export interface Push {
  readonly content: Uint8Array
  readonly mediaType: string | undefined
  readonly tag: string | undefined
  /** What the client says the digest is. */
  readonly digest: string | undefined
  readonly now: number
}

/** @throws ApiError for everything that ECR refuses; ImageAlreadyExistsException when nothing would change */
export async function putImage(registry: Registry, repository: Repository, push: Push, blobs: Blobs): Promise<Image> {
  const { content, tag, now } = push
  if (content.length > MANIFEST_LIMIT) {
    throw invalidParameter('imageManifest', `Member must have length less than or equal to ${MANIFEST_LIMIT}`)
  }
  const manifest = parseManifest(content, push.mediaType)
  const digest = digestOf(content)
  if (push.digest !== undefined && push.digest !== digest) {
    throw new ApiError(
      'ImageDigestDoesNotMatchException',
      `The specified image digest '${push.digest}' does not match the digest '${digest}' of the image manifest`,
    )
  }
  demandLayers(registry, repository, manifest)
  demandChildren(registry, repository, manifest)
  const known = repository.images.get(digest)
  if (known && (tag === undefined || repository.tags.get(tag) === digest))
    throw alreadyExists(registry, repository, digest, tag)
  if (tag !== undefined) demandMovable(repository, tag)
  // The bytes first: a repository never names a manifest that is not there.
  await blobs.write(content)
  if (tag !== undefined) demandMovable(repository, tag)
  const image = repository.images.get(digest) ?? imageFrom(manifest, digest, repository, now)
  repository.images.set(digest, image)
  if (tag !== undefined) repository.tags.set(tag, digest)
  await registry.save(repository)
  return image
}

/** @throws ApiError ImageNotFoundException */
export function findImage(registry: Registry, repository: Repository, id: ImageId): Image {
  const tagged = id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag)
  const digest = id.imageDigest ?? tagged
  const image = digest === undefined ? undefined : repository.images.get(digest)
  if (image && (id.imageTag === undefined || tagged === image.digest)) return image
  throw new ApiError(
    'ImageNotFoundException',
    `The image with imageId ${idText(id)} does not exist within ${placeText(registry, repository)}`,
  )
}

export const idText = ({ imageDigest, imageTag }: ImageId) =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`

const placeText = (registry: Registry, repository: Repository) =>
  `the repository with name '${repository.name}' in the registry with id '${registry.account}'`

function demandLayers(registry: Registry, repository: Repository, manifest: Manifest) {
  const missing = manifest.layers.filter((digest) => !repository.layers.has(digest))
  if (missing.length === 0) return
  throw new ApiError('LayersNotFoundException', requiredText('Layers', [...new Set(missing)], registry, repository))
}

function demandChildren(registry: Registry, repository: Repository, manifest: Manifest) {
  const missing = manifest.children.filter((digest) => !repository.images.has(digest))
  if (missing.length === 0) return
  const message = requiredText('Images', [...new Set(missing)], registry, repository)
  throw new ApiError('ReferencedImagesNotFoundException', message)
}

const requiredText = (what: string, digests: string[], registry: Registry, repository: Repository) =>
  `${what} with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${repository.name}' in the registry with id '${registry.account}' do not exist`

function demandMovable(repository: Repository, tag: string) {
  const { imageTagMutability, exclusionFilters } = repository.settings
  if (!repository.tags.has(tag) || mayMove(tag, imageTagMutability, exclusionFilters)) return
  throw new ApiError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
  )
}

const alreadyExists = (registry: Registry, repository: Repository, digest: string, tag: string | undefined) =>
  new ApiError(
    'ImageAlreadyExistsException',
    `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${repository.name}' in registry with id '${registry.account}'`,
  )

function imageFrom(manifest: Manifest, digest: string, repository: Repository, now: number): Image {
  const children = manifest.children.map((child) => repository.images.get(child)?.size ?? 0)
  return {
    digest,
    mediaType: manifest.mediaType,
    artifactMediaType: manifest.artifactMediaType,
    size: manifest.isIndex ? Math.max(0, ...children) : manifest.size,
    references: manifest.isIndex ? manifest.children : manifest.layers,
    subject: manifest.subject,
    pushedAt: now,
    lastPulledAt: undefined,
  }
}
