import { pipeline } from 'node:stream/promises'
import { RegistryError } from './registry-error.ts'
import type { RepositoryVisit } from './visit.ts'

/** Sends a layer, or the part requested by a Range header. */
export async function getBlob(visit: RepositoryVisit): Promise<void> {
  const { ecr, request, response, repository, route } = visit
  const digest = route.reference
  const size = repository.layers.get(digest)?.size
  if (size === undefined) throw new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
  const range = rangeOf(request.headers.range, size)
  const length = range ? range.end - range.start + 1 : size
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': length,
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
  })
  if (request.method === 'HEAD' || length === 0) response.end()
  else await pipeline(ecr.blobs.stream(digest, range), response)
}

/** A single range as in RFC 9110; other formats are ignored, as the RFC requires. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start <= end) return { start, end }
  throw new RegistryError(416, 'BLOB_UNKNOWN', 'The requested range is not satisfiable.', {
    'content-range': `bytes */${size}`,
  })
}
