import { isDigest } from '../store/blobs.ts'
import type { Upload } from '../store/uploads.ts'
import { RegistryError } from './registry-error.ts'
import { location, type RepositoryVisit } from './visit.ts'

/** POST: begins an upload, or takes a whole layer at once when the query names its digest. */
export async function beginUpload(visit: RepositoryVisit): Promise<void> {
  const digest = visit.query.get('digest')
  if (digest !== null) demandDigest(digest)
  const upload = await visit.ecr.uploads.begin(owner(visit))
  if (digest === null) return sendState(visit, upload, 202)
  await visit.ecr.uploads.append(upload, visit.request)
  return finish(visit, upload, digest)
}

/** PATCH: the next bytes. ECR answers 201 where the specification says 202. */
export async function continueUpload(visit: RepositoryVisit): Promise<void> {
  const upload = find(visit)
  demandPosition(visit, upload)
  await visit.ecr.uploads.append(upload, visit.request)
  return sendState(visit, upload, 201)
}

/** PUT: the last bytes, or none, and the digest that all of them must have. */
export async function finishUpload(visit: RepositoryVisit): Promise<void> {
  const digest = visit.query.get('digest')
  if (digest === null) throw new RegistryError(400, 'DIGEST_INVALID', 'The layer digest is missing.')
  demandDigest(digest)
  const upload = find(visit)
  demandPosition(visit, upload)
  await visit.ecr.uploads.append(upload, visit.request)
  return finish(visit, upload, digest)
}

export async function uploadState(visit: RepositoryVisit): Promise<void> {
  return sendState(visit, find(visit), 204)
}

export async function cancelUpload(visit: RepositoryVisit): Promise<void> {
  await visit.ecr.uploads.cancel(find(visit))
  visit.response.writeHead(204).end()
}

async function finish(visit: RepositoryVisit, upload: Upload, digest: string) {
  const { ecr, registry, repository, response } = visit
  const actual = ecr.uploads.digest(upload)
  if (actual !== digest) {
    await ecr.uploads.cancel(upload)
    throw new RegistryError(400, 'DIGEST_INVALID', `The layer has the digest '${actual}', not '${digest}'.`)
  }
  ecr.uploads.release(upload)
  await ecr.blobs.adopt(upload.path, digest)
  repository.layers.set(digest, { size: upload.size })
  await registry.save(repository)
  const headers = { location: location(visit, `blobs/${digest}`), 'docker-content-digest': digest }
  response.writeHead(201, { ...headers, 'content-length': 0 }).end()
}

function find(visit: RepositoryVisit): Upload {
  const upload = visit.ecr.uploads.find(owner(visit), visit.route.reference)
  if (upload) return upload
  throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
}

/** A Content-Range must go on where the upload stands; without one the bytes are simply the next. */
function demandPosition(visit: RepositoryVisit, upload: Upload) {
  const header = visit.request.headers['content-range']
  if (header === undefined) return
  const start = /^(?:bytes[ =])?(\d+)-\d+(?:\/.*)?$/.exec(header)?.[1]
  if (start !== undefined && Number(start) === upload.size) return
  throw new RegistryError(
    416,
    'BLOB_UPLOAD_INVALID',
    `The upload stands at byte ${upload.size}; the Content-Range is '${header}'.`,
    stateHeaders(visit, upload),
  )
}

function demandDigest(digest: string) {
  if (!isDigest(digest)) throw new RegistryError(400, 'DIGEST_INVALID', `'${digest}' is not a sha256 digest.`)
}

function sendState(visit: RepositoryVisit, upload: Upload, status: number) {
  const length = status === 204 ? {} : { 'content-length': '0' }
  visit.response.writeHead(status, { ...stateHeaders(visit, upload), ...length }).end()
}

const stateHeaders = (visit: RepositoryVisit, upload: Upload) => ({
  location: location(visit, `blobs/uploads/${upload.id}`),
  range: `0-${Math.max(0, upload.size - 1)}`,
  'docker-upload-uuid': upload.id,
})

const owner = ({ registry, repository }: RepositoryVisit) => `${registry.account}/${registry.region}/${repository.name}`
