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
  /** Takes any certificate. */
  readonly insecure?: boolean
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** What one attempt may take. */
export interface HttpLimits {
  /** Milliseconds until the connection stands, with a proxy on the way and TLS apart. */
  readonly connect: number
  /** Milliseconds until the last byte of the answer. */
  readonly total: number
  /** Bytes of the answer's body. */
  readonly size: number
}

/** How much later than the attempt its tunnel through a proxy is closed, in ms: the limit of the attempt tells more. */
const TUNNEL = 1_000

function onConnection(socket: Socket, connected: () => void): void {
  if (socket.connecting) socket.once('connect', connected)
  else connected()
}

async function begin(request: HttpRequest, agents: Agents, connect: number, clock: Clock): Promise<IncomingMessage> {
  const { method, url, headers, body, insecure = false } = request
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const connected = clock.limit(connect, 'no connection')
  // Without a limit of its own, the agent would hold a tunnel that the proxy never answers, and with it the process.
  const options = { method, headers, agent: agents(url), signal: clock.signal, timeout: connect + TUNNEL }
  const sent = send(url, { ...options, ...(insecure ? { rejectUnauthorized: false } : {}) })
  sent.once('socket', (socket) => onConnection(socket, connected))
  // What happens to the connection after the beginning of the answer, the answer itself reports.
  sent.on('error', () => undefined)
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

/**
 * Sends a request once and reads the whole answer, whatever its status is.
 *
 * @throws {HttpLimitError} beyond a limit
 * @throws what Node says of a connection that does not work, or `signal` of its end
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
 * Sends a request once and hands on the beginning of the answer; its body has no limit but that it must not pause for
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
