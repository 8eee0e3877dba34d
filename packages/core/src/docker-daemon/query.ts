import type { Agent } from 'node:http'
import { type JsonObject, object } from '../base/json-object.ts'
import type { Endpoint } from './endpoint.ts'
import { askDaemon } from './ping.ts'

/** The daemon's response to a GET request: a JSON object, or a line about an unexpected response, `GET /info: 403`. */
export type QueryAnswer =
  | { readonly kind: 'object'; readonly fields: JsonObject }
  | { readonly kind: 'refused'; readonly line: string }

/**
 * Queries a daemon that has responded to a ping; a proxy in front of it may allow a ping and nothing else. `/info` is
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo.
 *
 * @throws {RequestError} if there is no connection or no response
 */
export async function queryDaemon(
  endpoint: Endpoint,
  agent: Agent,
  path: string,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const { status, body } = await askDaemon(endpoint, agent, path, signal)
  if (status !== 200) return { kind: 'refused', line: `GET ${path}: ${status}` }
  try {
    return { kind: 'object', fields: object(JSON.parse(body)) }
  } catch {
    return { kind: 'refused', line: `GET ${path}: no JSON` }
  }
}
