import { type Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Endpoint } from './endpoint.ts'

/** What the daemon reports in the headers of its ping response. */
export interface Pong {
  /** The newest API version that it supports. */
  readonly apiVersion: string
  readonly os: string
  readonly podman: boolean
}

/** The head of a response. */
export interface Head {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Reads the body; if it is not needed, call `drop` instead. */
  body(): Promise<string>
  /** Discards the body, so that the connection can be reused. */
  drop(): void
}

export interface Answer extends Pick<Head, 'status' | 'headers'> {
  readonly body: string
}

/** HTTP methods of requests to the daemon. */
type Method = 'GET' | 'POST' | 'DELETE'

/** No connection, or no response on it; the cause is Node's error. */
export class RequestError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** Size limit for responses in characters; /info of a large daemon has about 10 kB. */
const BODY_LIMIT = 4 * 1024 * 1024

/** What Node's proxy agents need to know about the server behind the proxy. */
function targetOf({ address, proxy }: Endpoint) {
  if (proxy === undefined || address.kind !== 'tcp') return {}
  const { host, port, tls } = address
  return { host, port, protocol: tls === undefined ? 'http:' : 'https:' }
}

/** The path of a request, relative to the endpoint's own path. */
const pathOf = (endpoint: Endpoint, path: string): string =>
  endpoint.address.kind === 'tcp' ? endpoint.address.basePath + path : path

/** The name in the Host header; never the path of a socket, because of proxies that inspect it. */
const hostOf = (endpoint: Endpoint): string => {
  if (endpoint.address.kind !== 'tcp') return 'docker'
  const { host, port } = endpoint.address
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((done, failed) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      body += text
      if (body.length > BODY_LIMIT) response.destroy(new Error('the answer is too long'))
    })
    response.on('end', () => done(body)).on('error', failed)
  })
}

function asRequestError(error: unknown): never {
  throw new RequestError(error)
}

/**
 * Sends a request without a body and waits for the head of the response, however long that takes.
 *
 * @throws {RequestError} if there is no connection or no response
 */
export function send(
  endpoint: Endpoint,
  agent: Agent,
  path: string,
  signal: AbortSignal,
  onConnected: () => void = () => undefined,
  method: Method = 'GET',
): Promise<Head> {
  return new Promise<Head>((answered, failed) => {
    const headers = { Host: hostOf(endpoint), 'User-Agent': 'container-actions' }
    const sent = request(
      { ...targetOf(endpoint), agent, method, path: pathOf(endpoint, path), headers, signal },
      (response) => {
        answered({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: () => readBody(response).catch(asRequestError),
          drop: () => void response.resume(),
        })
      },
    )
    // A stream over a child process is known to be connected only when a response arrives.
    sent.on('socket', (socket: Socket) => {
      if (socket.connecting) socket.once('connect', onConnected)
      else if (socket.connecting === false) onConnected()
    })
    sent.on('error', failed)
    sent.end()
  }).catch(asRequestError)
}

/** Sends a request without a body and reads the whole response. */
export async function askDaemon(
  endpoint: Endpoint,
  agent: Agent,
  path: string,
  signal: AbortSignal,
  method: Method = 'GET',
): Promise<Answer> {
  const { status, headers, body } = await send(endpoint, agent, path, signal, undefined, method)
  return { status, headers, body: await body() }
}

/** Parses a ping response; `undefined` if it is not that of a ready daemon. */
export function pongOf({ status, headers }: Pick<Head, 'status' | 'headers'>): Pong | undefined {
  const apiVersion = headers['api-version']
  if (status !== 200 || typeof apiVersion !== 'string') return undefined
  return {
    apiVersion,
    os: String(headers['ostype'] ?? ''),
    podman: headers['libpod-api-version'] !== undefined,
  }
}
