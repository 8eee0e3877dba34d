import { type Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Endpoint } from './endpoint.ts'

/** What the daemon tells about itself in the headers of its answer to a ping. */
export interface Pong {
  /** The newest API version that it speaks. */
  readonly apiVersion: string
  readonly os: string
  /** `2` where `docker build` uses BuildKit by default; empty where the daemon does not say. */
  readonly builder: string
  readonly podman: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** How far a request came before it failed. */
export type Stage = 'connecting' | 'connected'

export class RequestError extends Error {
  readonly stage: Stage

  constructor(stage: Stage, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.stage = stage
  }
}

/** More than any answer that is read here holds; /info of a large daemon has some 10 kB. In characters. */
const BODY_LIMIT = 4 * 1024 * 1024

/** The path of a request below the endpoint's own. */
const pathOf = (endpoint: Endpoint, path: string): string =>
  endpoint.address.kind === 'tcp' ? endpoint.address.basePath + path : path

/** The name in the Host header; one that is no name of a socket, for proxies that look at it. */
const hostOf = (endpoint: Endpoint): string => {
  if (endpoint.address.kind !== 'tcp') return 'docker'
  const { host, port } = endpoint.address
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * Sends one GET and waits for its whole answer, however long that takes.
 *
 * @throws {RequestError} when there is no connection or no answer on it
 */
export function get(
  endpoint: Endpoint,
  agent: Agent,
  path: string,
  signal: AbortSignal,
  onConnected: () => void = () => undefined,
): Promise<Answer> {
  let stage: Stage = 'connecting'
  const connected = () => {
    if (stage === 'connected') return
    stage = 'connected'
    onConnected()
  }
  return new Promise<Answer>((answered, failed) => {
    const sent = request(
      {
        agent,
        path: pathOf(endpoint, path),
        headers: { Host: hostOf(endpoint), 'User-Agent': 'docker-ready' },
        signal,
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          body += text
          if (body.length > BODY_LIMIT) response.destroy(new Error('the answer is too long'))
        })
        response.on('end', () => answered({ status: response.statusCode ?? 0, headers: response.headers, body }))
        response.on('error', failed)
      },
    )
    sent.on('socket', (socket: Socket) => {
      // A stream over a child process is never "connecting"; that it is connected shows when it answers.
      if (socket.connecting === false) connected()
      else if (socket.connecting) socket.once('connect', connected)
    })
    sent.on('error', failed)
    sent.end()
  }).catch((error: unknown) => {
    throw new RequestError(stage, error)
  })
}

/** Reads a ping's answer; `undefined` when it is not the answer of a daemon that is ready. */
export function pongOf({ status, headers }: Answer): Pong | undefined {
  const apiVersion = headers['api-version']
  if (status !== 200 || typeof apiVersion !== 'string') return undefined
  return {
    apiVersion,
    os: String(headers['ostype'] ?? ''),
    builder: String(headers['builder-version'] ?? ''),
    podman: headers['libpod-api-version'] !== undefined,
  }
}
