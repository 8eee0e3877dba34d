import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Agents } from './agents.ts'
import { Clock, HttpLimitError, seconds } from './clock.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Accepts any certificate. */
  readonly insecure?: boolean
}

/** A complete response. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** Limits of one attempt. */
export interface HttpLimits {
  /** Milliseconds until the connection is established, separately for a proxy and for TLS. */
  readonly connect: number
  /** Milliseconds until the last byte of the response. */
  readonly total: number
  /** Maximum size of the response body in bytes. */
  readonly size: number
}

/** How much later than the attempt its proxy tunnel times out, in ms: the limit of the attempt is more informative. */
const TUNNEL = 1_000

function onConnection(socket: Socket, connected: () => void): void {
  if (socket.connecting) socket.once('connect', connected)
  else connected()
}

async function begin(request: HttpRequest, agents: Agents, connect: number, clock: Clock): Promise<IncomingMessage> {
  const { method, url, headers, body, insecure = false } = request
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const connected = clock.limit(connect, 'no connection')
  // Without its own limit, the agent would wait forever for a tunnel that the proxy never confirms, and keep the
  // process alive.
  const options = { method, headers, agent: agents(url), signal: clock.signal, timeout: connect + TUNNEL }
  const sent = send(url, { ...options, ...(insecure ? { rejectUnauthorized: false } : {}) })
  sent.once('socket', (socket) => onConnection(socket, connected))
  // Connection errors after the head of the response are reported by the response itself.
  sent.on('error', () => undefined)
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

/**
 * Sends a request once and reads the complete response, regardless of its status.
 *
 * @throws {HttpLimitError} if a limit is exceeded
 * @throws Node's error for a failed connection, or the abort reason of `signal`
 */
export async function exchange(
  request: HttpRequest,
  agents: Agents,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const clock = new Clock(signal)
  clock.limit(limits.total, 'no complete answer')
  try {
    const response = await begin(request, agents, limits.connect, clock)
    const parts: Buffer[] = []
    let size = 0
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length
      if (size > limits.size) throw new HttpLimitError(`the answer has more than ${limits.size} bytes`, 'size')
      parts.push(part)
    }
    return { status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(parts) }
  } catch (error) {
    signal.throwIfAborted()
    throw clock.reason(error)
  } finally {
    clock.stop()
  }
}

/**
 * Sends a request once and returns the head of the response; its body has no limit except that it must not pause for
 * longer than `pause` ms.
 */
export async function openStream(
  request: HttpRequest,
  agents: Agents,
  { connect, pause }: { connect: number; pause: number },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const clock = new Clock(signal)
  clock.limit(pause, 'no answer')
  try {
    const response = await begin(request, agents, connect, clock)
    const late = new HttpLimitError(`no further part of the answer within ${seconds(pause)}`, 'time')
    return response.setTimeout(pause, () => response.destroy(late))
  } catch (error) {
    signal.throwIfAborted()
    throw clock.reason(error)
  } finally {
    clock.stop()
  }
}
