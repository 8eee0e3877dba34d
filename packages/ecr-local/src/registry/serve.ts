import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ApiError, asApiError } from '../api-error.ts'
import type { Call } from '../call-log.ts'
import { ConnectionBroken } from '../connection.ts'
import type { Ecr } from '../ecr.ts'
import type { TokenClaims } from '../identity/tokens.ts'
import { demandAccess, denied } from '../model/access.ts'
import { PUBLIC } from '../model/public-registry.ts'
import type { Registry } from '../model/registry.ts'
import { templateFor } from '../model/registry-settings.ts'
import type { Repository } from '../model/repository.ts'
import { repositoryName } from '../model/repository-name.ts'
import { login, NotAuthorized } from './basic-auth.ts'
import { HANDLERS } from './handlers.ts'
import { listRepositories } from './lists.ts'
import { asRegistryError, RegistryError } from './registry-error.ts'
import { routeOf } from './route.ts'
import type { Visit } from './visit.ts'

/** How clients access the registries behind one host. */
export interface Entrance {
  /**
   * Identifies the caller.
   *
   * @throws NotAuthorized without credentials, RegistryError for an invalid login
   */
  login(request: IncomingMessage): TokenClaims
  /** The `WWW-Authenticate` header for requests without credentials. */
  challenge(host: string): string
  /**
   * The registry that a name belongs to, and the name of the repository in it.
   *
   * @throws RegistryError if there is none
   */
  locate(name: string): { registry: Registry; name: string }
}

/** Access to the registry of one account and region. */
export const privateEntrance = (ecr: Ecr, registry: Registry): Entrance => ({
  login: ({ headers }) => login(headers.authorization, registry.region, ecr.tokens),
  challenge: (host) => `Basic realm="http://${host}/",service="ecr.amazonaws.com"`,
  locate: (name) => ({ registry, name }),
})

/** Serves one request to a Docker registry. */
export async function serveRegistry(
  ecr: Ecr,
  entrance: Entrance,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
  const route = routeOf(pathname)
  const method = request.method ?? 'GET'
  const call = ecr.log.open('registry', `${method} ${route?.kind ?? 'unknown'}`, response)
  response.setHeader('docker-distribution-api-version', 'registry/2.0')
  try {
    const { registry, name } = entrance.locate(route?.name ?? '')
    const { account, region } = registry
    Object.assign(call, { account, region, repository: name || undefined, reference: route?.reference || undefined })
    const claims = entrance.login(request)
    call.accessKeyId = claims.accessKeyId
    if (!route) throw new RegistryError(404, 'UNSUPPORTED', 'The registry has no such route.')
    await dispatch({ ecr, claims, registry, name, route, query: searchParams, request, response }, method, call)
  } catch (error) {
    fail(error, call, entrance, request, response)
  }
}

async function dispatch(visit: Visit, method: string, call: Call): Promise<void> {
  const { claims, ecr, registry, route, response } = visit
  const strike = (operation: string, repository?: Repository) =>
    ecr.faults.strike(call, operation, denied(claims, operation, registry, repository).message, response)
  if (route.kind === 'base') {
    await strike(call.operation)
    return void response.writeHead(200, { 'content-length': 0 }).end()
  }
  // ECR Public has a gallery instead.
  if (route.kind === 'catalog' && method === 'GET' && registry.region !== PUBLIC) {
    await strike('DescribeRepositories')
    demandAccess(claims, 'DescribeRepositories', registry)
    return listRepositories(visit)
  }
  const handler = HANDLERS[`${method} ${route.kind}`]
  if (!handler) throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.')
  const repository = await repositoryOf(visit, handler.operation)
  await strike(handler.operation, repository)
  demandAccess(claims, handler.operation, registry, repository)
  await handler.handle({ ...visit, repository })
}

/** The first upload to a repository that matches a template creates it, no matter who uploads. */
async function repositoryOf(visit: Visit, operation: string): Promise<Repository> {
  const { ecr, registry } = visit
  const name = validName(visit.name)
  const known = registry.repositories.get(name)
  const template =
    operation === 'InitiateLayerUpload' ? templateFor(name, registry.settings, 'CREATE_ON_PUSH') : undefined
  if (known || !template) return known ?? registry.repository(name)
  return registry.create(name, template.settings, ecr.settings.now())
}

function validName(name: string): string {
  try {
    return repositoryName(name)
  } catch (error) {
    throw new RegistryError(400, 'NAME_INVALID', (error as ApiError).message)
  }
}

function fail(error: unknown, call: Call, entrance: Entrance, request: IncomingMessage, response: ServerResponse) {
  // The client disconnected, or was meant to believe so; there is nobody to respond to.
  if (error instanceof ConnectionBroken || response.headersSent || request.socket.destroyed) {
    call.error = 'ConnectionBroken'
    response.destroy()
    return
  }
  if (error instanceof NotAuthorized) {
    call.error = 'UNAUTHORIZED'
    response.writeHead(401, {
      'content-type': 'text/plain; charset=utf-8',
      'www-authenticate': entrance.challenge(request.headers.host ?? 'localhost'),
    })
    response.end('Not Authorized')
    return
  }
  refuse(error, call, response)
}

/** Responds with an error in the registry format. */
export function refuse(error: unknown, call: Call, response: ServerResponse): void {
  const failure = error instanceof RegistryError ? error : asRegistryError(asApiError(error))
  call.error = failure.code
  response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers })
  response.end(JSON.stringify({ errors: [{ code: failure.code, message: failure.message }] }))
}
