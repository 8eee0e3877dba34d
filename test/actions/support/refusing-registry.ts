import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A registry that has nothing, and says so in the way that a repository's name asks for. */
export interface RefusingRegistry extends AsyncDisposable {
  /** Host and port. */
  readonly host: string
}

const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] })

const CHILD = `sha256:${'1'.repeat(64)}`
const INDEX = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: CHILD,
      size: 2,
      platform: { os: 'linux', architecture: 's390x' },
    },
  ],
})

/** By the first part of the path behind `/v2/`. */
const ANSWERS: Readonly<Record<string, readonly [number, Readonly<Record<string, string>>, string]>> = {
  denied: [403, {}, error('DENIED', 'requested access to the resource is denied')],
  unauthorized: [
    401,
    { 'www-authenticate': 'Basic realm="registry"' },
    error('UNAUTHORIZED', 'authentication required'),
  ],
  throttled: [429, {}, error('TOOMANYREQUESTS', 'Rate exceeded')],
  s390x: [
    200,
    {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      'docker-content-digest': `sha256:${createHash('sha256').update(INDEX).digest('hex')}`,
    },
    INDEX,
  ],
}

function answer(path: string, response: ServerResponse): void {
  const [, name = ''] = /^\/v2\/([^/]+)/.exec(path) ?? []
  if (path === '/v2/' || path === '/file') return void response.end('{}')
  const [status, headers, body] = ANSWERS[name] ?? [404, {}, error('MANIFEST_UNKNOWN', 'manifest unknown')]
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers })
    .end(body)
}

export async function startRefusingRegistry(): Promise<RefusingRegistry> {
  const server = createServer((request, response) => answer(request.url ?? '', response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
