import type { IncomingMessage, ServerResponse } from 'node:http'
import { repositoryName } from '../api/operation.ts'
import { type ApiError, asApiError } from '../api-error.ts'
import type { Call } from '../call-log.ts'
import type { Ecr } from '../ecr.ts'
import type { Registry } from '../model/registry.ts'
import { login, NotAuthorized } from './basic-auth.ts'
import { getBlob } from './blobs.ts'
import { listRepositories, listTags } from './lists.ts'
import { getManifest, putManifest } from './manifests.ts'
import { asRegistryError, RegistryError } from './registry-error.ts'
import { type Route, routeOf } from './route.ts'
import { beginUpload, cancelUpload, continueUpload, finishUpload, uploadState } from './uploads.ts'
import type { RepositoryVisit, Visit } from './visit.ts'

/** Method and kind of route → what answers it, once the repository is known to exist. */
const HANDLERS: Readonly<Record<string, (visit: RepositoryVisit) => void | Promise<void>>> = {
  'GET blob': getBlob,
  'HEAD blob': getBlob,
  'POST uploads': beginUpload,
  'GET upload': uploadState,
  'PATCH upload': continueUpload,
  'PUT upload': finishUpload,
  'DELETE upload': cancelUpload,
  'GET manifest': getManifest,
  'HEAD manifest': getManifest,
  'PUT manifest': putManifest,
  'GET tags': listTags,
}

/** Answers one request to the Docker registry of an account and region. */
export async function serveRegistry(ecr: Ecr, registry: Registry, request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
  const route = routeOf(pathname)
  const method = request.method ?? 'GET'
  const call = ecr.log.open('registry', `${method} ${route?.kind ?? 'unknown'}`)
  Object.assign(call, { account: registry.account, region: registry.region })
  response.setHeader('docker-distribution-api-version', 'registry/2.0')
  response.on('close', () => {
    call.status = response.headersSent ? response.statusCode : 0
  })
  try {
    const claims = login(request.headers.authorization, registry.region, ecr.tokens)
    call.accessKeyId = claims.accessKeyId
    if (!route) throw new RegistryError(404, 'UNSUPPORTED', 'The registry has no such route.')
    await dispatch({ ecr, claims, registry, route, query: searchParams, request, response }, method, call)
  } catch (error) {
    await fail(error, ecr, registry, call, response)
  }
}

async function dispatch(visit: Visit, method: string, call: Call): Promise<void> {
  const { registry, route, response } = visit
  if (route.kind === 'base') return void response.writeHead(200, { 'content-length': 0 }).end()
  if (route.kind === 'catalog' && method === 'GET') return listRepositories(visit)
  const handle = HANDLERS[`${method} ${route.kind}`]
  if (!handle) throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.')
  Object.assign(call, { repository: route.name, reference: route.reference || undefined })
  return handle({ ...visit, repository: registry.repository(validName(route)) })
}

function validName({ name }: Route): string {
  try {
    return repositoryName(name)
  } catch (error) {
    throw new RegistryError(400, 'NAME_INVALID', (error as ApiError).message)
  }
}

async function fail(error: unknown, ecr: Ecr, registry: Registry, call: Call, response: ServerResponse) {
  // The client went away in the middle; there is nobody to answer.
  if (response.headersSent || response.destroyed) {
    call.error = 'ConnectionBroken'
    response.destroy()
    return
  }
  if (error instanceof NotAuthorized) {
    const realm = `http://${await ecr.hosts.of(registry)}/`
    call.error = 'UNAUTHORIZED'
    response.writeHead(401, {
      'content-type': 'text/plain; charset=utf-8',
      'www-authenticate': `Basic realm="${realm}",service="ecr.amazonaws.com"`,
    })
    response.end('Not Authorized\n')
    return
  }
  const failure = error instanceof RegistryError ? error : asRegistryError(asApiError(error))
  call.error = failure.code
  response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers })
  response.end(JSON.stringify({ errors: [{ code: failure.code, message: failure.message }] }))
}
