import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ADMIN_PATH, serveAdmin } from './admin.ts'
import { ECR_API, serveJson11 } from './api/json11.ts'
import { readBody } from './body.ts'
import { serveDownload } from './download.ts'
import type { Ecr } from './ecr.ts'
import type { Listener } from './hosts.ts'
import type { Registry } from './model/registry.ts'
import { PUBLIC_API } from './public/api.ts'
import { isPublic, publicEntrance, serveToken, TOKEN_PATH } from './public/entrance.ts'
import { privateEntrance, serveRegistry } from './registry/serve.ts'
import { foreignOrigin } from './request-origin.ts'
import { DOWNLOAD_PATH } from './store/downloads.ts'
import { serveSts } from './sts/query-xml.ts'

/** A layer part has at most 20 MiB, and a third more in Base64. */
const API_BODY_LIMIT = 32 * 1024 * 1024

/** One listening socket. Registry requests on it are for the given registry; the API is available on every socket. */
export async function listen(ecr: Ecr, registry: Registry, host: string, port: number): Promise<Listener> {
  const running = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const served = serve(ecr, registry, request, response)
      .catch(() => void response.destroy())
      .finally(() => running.delete(served))
    running.add(served)
  })
  // A layer may take long, and Go's clients reuse connections that were idle for a while.
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
      // Requests in progress may still be writing.
      await Promise.all(running)
    },
  }
}

async function serve(ecr: Ecr, registry: Registry, request: IncomingMessage, response: ServerResponse) {
  const foreign = foreignOrigin(request, ecr.settings.allowedHosts)
  if (foreign !== undefined) return void response.writeHead(403, { 'content-type': 'text/plain' }).end(`${foreign}\n`)
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const open = isPublic(registry, request.headers.host)
  if (path === '/v2' || path.startsWith('/v2/')) {
    const entrance = open
      ? publicEntrance(ecr)
      : privateEntrance(ecr, namedRegistry(ecr, request.headers.host) ?? registry)
    return serveRegistry(ecr, entrance, request, response)
  }
  if (open && (path === TOKEN_PATH || `${path}/` === TOKEN_PATH)) return serveToken(ecr, request, response)
  if (path.startsWith(DOWNLOAD_PATH)) return serveDownload(ecr, request, response)
  if (path === ADMIN_PATH || path.startsWith(`${ADMIN_PATH}/`)) return serveAdmin(ecr, request, response)
  if (path !== '/') return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
  const body = await readBody(request, API_BODY_LIMIT)
  if (!body) return void response.writeHead(413).end()
  const target = request.headers['x-amz-target']
  if (target !== undefined) {
    const api = String(target).startsWith(PUBLIC_API.target) ? PUBLIC_API : ECR_API
    return serveJson11(ecr, api, request, body, response)
  }
  return serveSts(ecr, request, body, response)
}

/** A client that points ECR's own names here, with a hosts file or a proxy, gets the registry of the name. */
function namedRegistry(ecr: Ecr, host: string | undefined): Registry | undefined {
  const [, account, region] = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(host ?? '') ?? []
  return account === undefined || region === undefined ? undefined : ecr.registries.get(account, region)
}
