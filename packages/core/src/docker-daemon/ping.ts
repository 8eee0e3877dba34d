import { type Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Endpoint } from './endpoint.ts'

/** What the daemon tells about itself in the headers of its answer to a ping. */
export interface Pong {
  /** The newest API version that it speaks. */
  readonly apiVersion: string
  readonly os: string
  readonly podman: boolean
}

/** The beginning of an answer. */
export interface Head {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Reads the rest; an answer whose body nobody asks for has to be dropped by `drop`. */
  body(): Promise<string>
  /** Lets the body pass, so that the connection can be used again. */
  drop(): void
}

export interface Answer extends Pick<Head, 'status' | 'headers'> {
  readonly body: string
}

/** What a request asks the daemon to do. */
type Method = 'GET' | 'POST' | 'DELETE'

/** No connection, or no answer on it; the cause is Node's error. */
export class RequestError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** More than any answer that is read here holds; /info of a large daemon has some 10 kB. In characters. */
const BODY_LIMIT = 4 * 1024 * 1024

/** What Node's agents for proxies need to know of the server behind the proxy. */
function targetOf({ address, proxy }: Endpoint) {
  if (proxy === undefined || address.kind !== 'tcp') return {}
  const { host, port, tls } = address
  return { host, port, protocol: tls === undefined ? 'http:' : 'https:' }
}

/** The path of a request below the endpoint's own. */
const pathOf = (endpoint: Endpoint, path: string): string =>
  endpoint.address.kind === 'tcp' ? endpoint.address.basePath + path : path

/** The name in the Host header; one that is no name of a socket, for proxies that look at it. */
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
 * Sends one request without a body and waits for the beginning of its answer, however long that takes.
 *
 * @throws {RequestError} when there is no connection or no answer on it
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
    // That a stream over a child process is connected shows only when it answers.
    sent.on('socket', (socket: Socket) => {
      if (socket.connecting) socket.once('connect', onConnected)
      else if (socket.connecting === false) onConnected()
    })
    sent.on('error', failed)
    sent.end()
  }).catch(asRequestError)
}

/** Sends one request without a body and reads its whole answer. */
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

/** Reads a ping's answer; `undefined` when it is not the answer of a daemon that is ready. */
export function pongOf({ status, headers }: Pick<Head, 'status' | 'headers'>): Pong | undefined {
  const apiVersion = headers['api-version']
  if (status !== 200 || typeof apiVersion !== 'string') return undefined
  return {
    apiVersion,
    os: String(headers['ostype'] ?? ''),
    podman: headers['libpod-api-version'] !== undefined,
  }
}
