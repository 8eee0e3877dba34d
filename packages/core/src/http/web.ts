import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Environment } from '../base/environment.ts'
import { reason } from '../base/failure.ts'
import { type Agents, httpAgents } from './agents.ts'
import { Clock } from './clock.ts'
import { exchange, type HttpRequest, openStream } from './exchange.ts'
import { type Exchanger, sendJson } from './json-request.ts'
import { proxyVariables } from './proxy.ts'
import { redirected } from './redirect.ts'

export interface WebRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /**
   * Milliseconds until the last byte of the response, including redirects and retries; for a download, between two
   * chunks.
   */
  readonly timeout: number
  /** Maximum number of redirects; credentials are not sent to another origin. */
  readonly redirects?: number
  /** Accepts any certificate. */
  readonly insecure?: boolean
}

/** A complete response. */
export interface WebAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A response whose body is still to be read. */
export interface Download {
  readonly status: number
  readonly body: Readable
}

/** HTTP and HTTPS, through the proxy from HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
export interface Web {
  /**
   * Retries GET and HEAD after a transient failure as long as there is time.
   *
   * @throws {WebError} if there is no complete response
   */
  request(request: WebRequest): Promise<WebAnswer>
  /** @throws {WebError} if there is no response; its body fails if it stalls or breaks off */
  download(request: WebRequest): Promise<Download>
}

/** Why there is no response, in one line with the host. */
export class WebError extends Error {
  override readonly name = 'WebError'
}

const CONNECT = 5_000

/** Maximum size of a response in bytes; the longest is a list of GitHub's releases with about 200,000. */
const SIZE = 8 * 1024 * 1024

/** Not 429: GitHub's rate limits last for minutes, and requests in the meantime extend them. */
const isTransient = ({ status }: { readonly status: number }): boolean => status >= 500

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD'

function rawRequest({ method = 'GET', url, headers = {}, body, insecure = false }: WebRequest): HttpRequest {
  return { method, url: new URL(url), headers, insecure, ...(body === undefined ? {} : { body }) }
}

async function explained<T>({ url, signal }: WebRequest, work: () => Promise<T>): Promise<T> {
  if (!URL.canParse(url)) throw new WebError(`${JSON.stringify(url)} is not a URL.`)
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    throw new WebError(`${new URL(url).host} cannot be reached: ${reason(error)}.`, { cause: error })
  }
}

/** Reads the complete response, with everything it takes, within `timeout`. */
async function answer(request: WebRequest, agents: Agents): Promise<WebAnswer> {
  const { method = 'GET', timeout, redirects = 0 } = request
  const limits = { connect: Math.min(CONNECT, timeout), total: timeout, size: SIZE }
  const clock = new Clock(request.signal)
  clock.limit(timeout, 'no complete answer')
  try {
    const http: Exchanger = { exchange: (each, signal) => exchange(each, agents, limits, signal) }
    const options = { redirects, isTransient, ...(isSafe(method) ? {} : { attempts: 1 }) }
    return await sendJson(async () => rawRequest(request), http, clock.signal, options)
  } finally {
    clock.stop()
  }
}

async function open(request: HttpRequest, agents: Agents, given: WebRequest, redirects: number): Promise<Download> {
  const { timeout, signal } = given
  const limits = { connect: Math.min(CONNECT, timeout), pause: timeout }
  const body = await openStream(request, agents, limits, signal)
  const status = body.statusCode ?? 0
  const next = redirects > 0 ? redirected(request, { status, headers: body.headers }) : undefined
  if (next === undefined) return { status, body }
  body.destroy()
  return open(next, agents, given, redirects - 1)
}

/** @param agents created with the first request, so that an unusable proxy variable is an error of that request */
export function webOf(env: Environment, agents: () => Agents = () => httpAgents(proxyVariables(env))): Web {
  let made: Agents | undefined
  const lazily = () => {
    made ??= agents()
    return made
  }
  return {
    request: (request) => explained(request, () => answer(request, lazily())),
    download: (request) =>
      explained(request, () => open(rawRequest(request), lazily(), request, request.redirects ?? 0)),
  }
}
