import { ApiError, invalidParameter } from '../api-error.ts'
import { type Blobs, digestOf } from '../store/blobs.ts'
import type { Image, ImageScan } from './image.ts'
import { MANIFEST_LIMIT, type Manifest, parseManifest } from './manifest.ts'
import { mayMove } from './mutability.ts'
import type { Registry } from './registry.ts'
import { scanFrequencyOf } from './registry-settings.ts'
import type { Repository } from './repository.ts'

/** A manifest to store, from the API or from the registry. */
export interface Push {
  readonly content: Uint8Array
  readonly mediaType: string | undefined
  readonly tag: string | undefined
  /** The digest according to the client. */
  readonly digest: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** @throws ApiError for everything that ECR rejects; ImageAlreadyExistsException if nothing would change */
export async function putImage(registry: Registry, repository: Repository, push: Push, blobs: Blobs): Promise<Image> {
  const { content, tag, now } = push
  if (content.length > MANIFEST_LIMIT) {
    throw invalidParameter('imageManifest', `Member must have length less than or equal to ${MANIFEST_LIMIT}`)
  }
  const manifest = parseManifest(content, push.mediaType)
  const digest = digestOf(content)
  if (push.digest !== undefined && push.digest !== digest) throw otherDigest(registry, repository, push.digest)
  demandReferences(registry, repository, manifest)
  demandChange(registry, repository, digest, tag)
  // Write the bytes first: a repository must never refer to a manifest that does not exist.
  await blobs.write(content)
  // Another push may have taken the tag in the meantime.
  demandChange(registry, repository, digest, tag)
  demandRoom(registry, repository, digest, manifest.subject, tag)
  const known = repository.images.get(digest)
  const image = known ?? newImage(manifest, { digest, length: content.length }, { registry, repository, now })
  if (known === undefined) repository.images.set(digest, image)
  if (tag !== undefined) repository.tags.set(tag, digest)
  for (const { digest: layer, mediaType } of manifest.layers) {
    const uploaded = repository.layers.get(layer)
    if (mediaType && uploaded && uploaded.mediaType !== mediaType) {
      repository.layers.set(layer, { ...uploaded, mediaType })
    }
  }
  await registry.save(repository)
  return image
}

function demandReferences(registry: Registry, repository: Repository, { layers, children }: Manifest) {
  const place = `image into repository with name '${repository.name}' in the registry with id '${registry.account}'`
  const missing = (all: string[], known: ReadonlyMap<string, unknown>) =>
    [...new Set(all)].filter((it) => !known.has(it))
  const lostLayers = missing(
    layers.map(({ digest }) => digest),
    repository.layers,
  )
  if (lostLayers.length > 0) {
    const text = `Layers with digests '[${lostLayers.join(', ')}]' required for pushing ${place} do not exist`
    throw new ApiError('LayersNotFoundException', text)
  }
  const lostImages = missing([...children], repository.images)
  if (lostImages.length > 0) {
    const text = `Images with digests '[${lostImages.join(', ')}]' required for pushing ${place} do not exist`
    throw new ApiError('ReferencedImagesNotFoundException', text)
  }
}

function demandChange(registry: Registry, repository: Repository, digest: string, tag: string | undefined) {
  const { imageTagMutability, exclusionFilters } = repository.settings
  const target = tag === undefined ? undefined : repository.tags.get(tag)
  if (repository.images.has(digest) && (tag === undefined || target === digest)) {
    throw new ApiError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${repository.name}' in registry with id '${registry.account}'`,
    )
  }
  if (tag === undefined || target === undefined || mayMove(tag, imageTagMutability, exclusionFilters)) return
  throw new ApiError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
  )
}

/**
 * Maximum per image; https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html lists the quota for
 * tags.
 */
const MOST_TAGS = 1000
/** https://github.com/onyx-dot-app/onyx/pull/13996 */
const MOST_REFERRERS = 100

/** The text for tags is that of https://github.com/namespacelabs/foundation/issues/649. */
function demandRoom(
  registry: Registry,
  repository: Repository,
  digest: string,
  subject: string | undefined,
  tag: string | undefined,
) {
  const place = `the repository with name '${repository.name}' in registry with id '${registry.account}'`
  const known = repository.images.has(digest)
  if (!known && subject !== undefined && repository.referrersOf(subject).length >= MOST_REFERRERS) {
    const text = `Adding a referrer to the image with digest '${subject}' in ${place} exceeds the maximum allowed number of referrers per image which is '${MOST_REFERRERS}'`
    throw new ApiError('LimitExceededException', text)
  }
  if (
    known &&
    tag !== undefined &&
    repository.tags.size >= MOST_TAGS &&
    repository.tagsOf(digest).length >= MOST_TAGS
  ) {
    const text = `Adding tag '${tag}' to an image in ${place} exceeds the maximum allowed number of tags per image which is '${MOST_TAGS}'`
    throw new ApiError('LimitExceededException', text)
  }
}

const otherDigest = (registry: Registry, repository: Repository, digest: string) =>
  new ApiError(
    'ImageDigestDoesNotMatchException',
    `The image with digest '${digest}' in repository '${repository.name}' and registry ID '${registry.account}' does not match the image digest that Amazon ECR has calculated.`,
  )

/** Where and when an image arrives. */
interface Arrival {
  readonly registry: Registry
  readonly repository: Repository
  readonly now: number
}

function newImage(manifest: Manifest, bytes: { digest: string; length: number }, arrival: Arrival): Image {
  const { mediaType, artifactType, annotations, isIndex, children, layers, subject } = manifest
  const { repository, now } = arrival
  const sizes = children.map((child) => repository.images.get(child)?.size ?? 0)
  return {
    digest: bytes.digest,
    mediaType,
    manifestSize: bytes.length,
    artifactType,
    annotations,
    isIndex,
    size: isIndex ? Math.max(0, ...sizes) : manifest.size,
    references: isIndex ? children : layers.map(({ digest }) => digest),
    subject,
    pushedAt: now,
    lastPulledAt: undefined,
    scan: newScan(arrival, isIndex),
  }
}

/** An index itself has nothing to scan. */
function newScan({ registry, repository, now }: Arrival, isIndex: boolean): ImageScan | undefined {
  const { scanFrequency } = scanFrequencyOf(repository.name, repository.settings.scanOnPush, registry.settings)
  return scanFrequency === 'MANUAL' || isIndex ? undefined : { startedAt: now, answers: [] }
}
