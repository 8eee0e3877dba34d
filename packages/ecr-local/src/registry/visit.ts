import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ecr } from '../ecr.ts'
import type { TokenClaims } from '../identity/tokens.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import type { Route } from './route.ts'

/** One authenticated request to the registry. */
export interface Visit {
  readonly ecr: Ecr
  readonly claims: TokenClaims
  readonly registry: Registry
  /** Name of the repository in its registry; the route has the full name as the client wrote it. */
  readonly name: string
  readonly route: Route
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** A visit to a repository that exists. */
export interface RepositoryVisit extends Visit {
  readonly repository: Repository
}

/** An absolute URL, like ECR's, with the host name that the client used. */
export const location = (visit: Visit, path: string) =>
  `http://${visit.request.headers.host ?? 'localhost'}/v2/${visit.route.name}/${path}`

/** A 200 response with a JSON document; HEAD gets only the headers. */
export function sendJson({ response }: Visit, document: object, headers: Record<string, string> = {}) {
  const body = JSON.stringify(document)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}
