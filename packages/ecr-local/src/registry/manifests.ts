import { ApiError } from '../api-error.ts'
import { readBody } from '../body.ts'
import { findImage, type ImageId, putImage } from '../model/images.ts'
import { MANIFEST_LIMIT } from '../model/manifest.ts'
import { digestOf, isDigest } from '../store/blobs.ts'
import { RegistryError } from './registry-error.ts'
import { location, type RepositoryVisit } from './visit.ts'

/** A tag of the registry protocol; the API allows longer ones. */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

export async function getManifest(visit: RepositoryVisit): Promise<void> {
  const { ecr, registry, repository, request, response } = visit
  const image = findImage(registry, repository, idOf(visit.route.reference))
  const content = await ecr.blobs.read(image.digest)
  if (request.method === 'GET') {
    image.lastPulledAt = ecr.settings.now()
    await registry.save(repository)
  }
  response.writeHead(200, {
    'content-type': image.mediaType,
    'content-length': content.length,
    'docker-content-digest': image.digest,
    etag: `"${image.digest}"`,
  })
  response.end(content)
}

export async function putManifest(visit: RepositoryVisit): Promise<void> {
  const { ecr, registry, repository, request, response } = visit
  const { imageTag, imageDigest } = idOf(visit.route.reference)
  const content = await readBody(request, MANIFEST_LIMIT)
  if (!content) throw new RegistryError(413, 'SIZE_INVALID', `A manifest has at most ${MANIFEST_LIMIT} bytes.`)
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim()
  const push = { content, mediaType, tag: imageTag, digest: imageDigest, now: ecr.settings.now() }
  try {
    await putImage(registry, repository, push, ecr.blobs)
  } catch (error) {
    // Pushing again what is there is no error here; only the API says so.
    if (!(error instanceof ApiError && error.name === 'ImageAlreadyExistsException')) throw error
  }
  const digest = digestOf(content)
  response.writeHead(201, {
    location: location(visit, `manifests/${visit.route.reference}`),
    'docker-content-digest': digest,
    'content-length': 0,
  })
  response.end()
}

function idOf(reference: string): ImageId {
  if (isDigest(reference)) return { imageDigest: reference }
  if (TAG.test(reference)) return { imageTag: reference }
  throw reference.includes(':')
    ? new RegistryError(400, 'DIGEST_INVALID', `'${reference}' is not a sha256 digest.`)
    : new RegistryError(400, 'TAG_INVALID', `'${reference}' is not a tag.`)
}
