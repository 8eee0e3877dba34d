import { ApiError } from '../api-error.ts'
import { readBody } from '../body.ts'
import { rendition } from '../model/conversion.ts'
import { deleteImage, findImage, type ImageId, recordPull } from '../model/images.ts'
import { MANIFEST_LIMIT, MANIFEST_TYPES } from '../model/manifest.ts'
import { putImage } from '../model/push.ts'
import { digestOf, isDigest } from '../store/blobs.ts'
import { RegistryError } from './registry-error.ts'
import { location, type RepositoryVisit } from './visit.ts'

/** Tags in the registry protocol; the API allows longer ones. */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

export async function getManifest(visit: RepositoryVisit): Promise<void> {
  const { ecr, registry, repository, request, response, route } = visit
  const id = idOf(route.reference)
  const image = findImage(registry, repository, id)
  const accepted = id.imageTag === undefined ? [] : acceptedTypes(request.headers.accept)
  const { content, mediaType } = rendition(await ecr.blobs.read(image.digest), image.mediaType, accepted)
  if (request.method === 'GET') {
    recordPull(repository, image, ecr.settings.now())
    await registry.save(repository)
  }
  const digest = { 'docker-content-digest': digestOf(content) }
  response.writeHead(200, {
    'content-type': mediaType,
    'content-length': content.length,
    // Clients need it on HEAD to see that nothing has to be pushed; ECR sometimes omits it on GET.
    ...((request.method === 'HEAD' || !ecr.settings.strict) && digest),
  })
  response.end(content)
}

export async function putManifest(visit: RepositoryVisit): Promise<void> {
  const { ecr, registry, repository, request, response, route } = visit
  const { imageTag, imageDigest } = idOf(route.reference)
  if (imageTag !== undefined && !TAG.test(imageTag)) {
    throw new RegistryError(400, 'TAG_INVALID', `'${imageTag}' is not a tag.`)
  }
  const content = await readBody(request, MANIFEST_LIMIT)
  if (!content) throw new RegistryError(413, 'SIZE_INVALID', `A manifest has at most ${MANIFEST_LIMIT} bytes.`)
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim()
  if (mediaType !== undefined && !MANIFEST_TYPES.includes(mediaType)) {
    throw new RegistryError(400, 'UNSUPPORTED', `Unsupported manifest type '${mediaType}'`)
  }
  const push = { content, mediaType, tag: imageTag, digest: imageDigest, now: ecr.settings.now() }
  try {
    await putImage(registry, repository, push, ecr.blobs)
  } catch (error) {
    // Pushing an existing image again is not an error here; only the API reports it.
    if (!(error instanceof ApiError && error.name === 'ImageAlreadyExistsException')) throw error
  }
  const digest = digestOf(content)
  const subject = repository.images.get(digest)?.subject
  response.writeHead(201, {
    location: location(visit, `manifests/${route.reference}`),
    'docker-content-digest': digest,
    'content-length': 0,
    // Tells the client that referrers are stored, and need no tag of their own.
    ...(subject !== undefined && { 'oci-subject': subject }),
  })
  response.end()
}

export async function deleteManifest(visit: RepositoryVisit): Promise<void> {
  const { registry, repository, response, route } = visit
  const id = idOf(route.reference)
  const outcome = deleteImage(repository, findImage(registry, repository, id), id)
  if ('parents' in outcome) {
    const list = outcome.parents.join(', ')
    throw new RegistryError(400, 'UNSUPPORTED', `Requested image referenced by manifest list: [${list}]`)
  }
  await registry.save(repository)
  response.writeHead(202, { 'content-length': 0 }).end()
}

const acceptedTypes = (header: string | undefined) =>
  (header ?? '')
    .split(',')
    .map((type) => type.split(';')[0]?.trim() ?? '')
    .filter((type) => type !== '')

/** An invalid tag is reported as a missing image. */
function idOf(reference: string): ImageId {
  if (isDigest(reference)) return { imageDigest: reference }
  if (!reference.includes(':')) return { imageTag: reference }
  throw new RegistryError(400, 'DIGEST_INVALID', `'${reference}' is not a sha256 digest.`)
}
