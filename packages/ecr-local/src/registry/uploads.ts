import { appendPart, completeUpload, findUpload } from '../model/layers.ts'
import { isDigest } from '../store/blobs.ts'
import type { Upload } from '../store/uploads.ts'
import { mountable } from './mount.ts'
import { RegistryError } from './registry-error.ts'
import { location, type RepositoryVisit } from './visit.ts'

/** POST: starts an upload, or completes it if it mounts or contains a layer. */
export async function beginUpload(visit: RepositoryVisit): Promise<void> {
  const { ecr, query, registry, repository, request } = visit
  const mount = mountable(visit)
  if (mount) {
    repository.layers.set(mount.digest, mount.layer)
    await registry.save(repository)
    return created(visit, mount.digest)
  }
  const digest = query.get('digest')
  if (digest !== null) demandDigest(digest)
  const upload = await ecr.uploads.begin(registry, repository.name)
  if (digest === null) return sendState(visit, upload, 202)
  await appendPart(ecr.uploads, registry, upload, request, undefined)
  return finish(visit, upload, digest)
}

/** PATCH: the next bytes. ECR responds with 201, although the specification says 202. */
export async function continueUpload(visit: RepositoryVisit): Promise<void> {
  const upload = find(visit)
  await append(visit, upload)
  return sendState(visit, upload, 201)
}

/** PUT: the last bytes, if any, and the digest of the whole layer. */
export async function finishUpload(visit: RepositoryVisit): Promise<void> {
  const digest = visit.query.get('digest')
  if (digest === null) throw new RegistryError(400, 'DIGEST_INVALID', 'The layer digest is missing.')
  demandDigest(digest)
  const upload = find(visit)
  await append(visit, upload)
  return finish(visit, upload, digest)
}

export function uploadState(visit: RepositoryVisit): void {
  sendState(visit, find(visit), 204)
}

export async function cancelUpload(visit: RepositoryVisit): Promise<void> {
  await visit.ecr.uploads.cancel(find(visit))
  visit.response.writeHead(204).end()
}

/** A Content-Range must continue at the current offset; without one, the bytes are appended. */
async function append(visit: RepositoryVisit, upload: Upload): Promise<void> {
  const { ecr, registry, request, response } = visit
  const header = request.headers['content-range']
  const start = header === undefined ? undefined : Number(/^(?:bytes[ =])?(\d+)-\d+(?:\/.*)?$/.exec(header)?.[1])
  if (Number.isNaN(start))
    throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `The Content-Range '${header}' is not a range.`)
  for (const [name, value] of Object.entries(stateHeaders(visit, upload))) response.setHeader(name, value)
  await appendPart(ecr.uploads, registry, upload, request, start)
}

async function finish(visit: RepositoryVisit, upload: Upload, digest: string) {
  await completeUpload(visit.ecr, visit.registry, visit.repository, upload, [digest])
  created(visit, digest)
}

function created(visit: RepositoryVisit, digest: string) {
  const headers = { location: location(visit, `blobs/${digest}`), 'docker-content-digest': digest }
  visit.response.removeHeader('range')
  visit.response.writeHead(201, { ...headers, 'content-length': 0 }).end()
}

const find = ({ ecr, registry, repository, route }: RepositoryVisit) =>
  findUpload(ecr.uploads, registry, repository, route.reference)

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
