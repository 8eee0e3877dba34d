import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Ecr } from './ecr.ts'

/** Serves a URL from GetDownloadUrlForLayer; an invalid one gets the same response as from S3. */
export async function serveDownload(ecr: Ecr, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
  const digest = ecr.downloads.verify(pathname, searchParams)
  if (digest === undefined) {
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>')
    return
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': await ecr.blobs.size(digest),
  })
  await pipeline(ecr.blobs.stream(digest), response)
}
