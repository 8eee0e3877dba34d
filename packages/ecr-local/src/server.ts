import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveEcrApi } from './api/json11.ts'
import { readBody } from './body.ts'
import type { Ecr } from './ecr.ts'
import type { Registry } from './model/registry.ts'
import { serveRegistry } from './registry/serve.ts'
import { serveSts } from './sts/query-xml.ts'

/** A layer part has 20 MiB at most, and a third more in base64. */
const API_BODY_LIMIT = 32 * 1024 * 1024

/** One listening socket. Registry requests on it are for the given registry; the API answers on every one. */
export async function listen(ecr: Ecr, registry: () => Registry, host: string, port: number) {
  const server = createServer((request, response) => {
    serve(ecr, registry(), request, response).catch(() => response.destroy())
  })
  // A layer may take long, and Go's clients like to reuse a connection that was idle for a while.
  server.requestTimeout = 0
  server.keepAliveTimeout = 120_000
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(ecr: Ecr, registry: Registry, request: IncomingMessage, response: ServerResponse) {
  const path = (request.url ?? '/').split('?')[0]
  if (path === '/v2' || path?.startsWith('/v2/')) return serveRegistry(ecr, registry, request, response)
  if (path !== '/') return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
  const body = await readBody(request, API_BODY_LIMIT)
  if (!body) return void response.writeHead(413, { connection: 'close' }).end()
  if (request.headers['x-amz-target'] !== undefined) return serveEcrApi(ecr, request, body, response)
  return serveSts(ecr, request, body, response)
}
