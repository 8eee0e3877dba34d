import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '../base/backoff.ts'
import type { HttpAnswer, HttpRequest } from './exchange.ts'
import { redirected } from './redirect.ts'

/** A request with a JSON response. */
export type JsonRequest = HttpRequest

export interface JsonAnswer extends Omit<HttpAnswer, 'bytes'> {
  readonly text: string
  /** `undefined` if the response is not JSON. */
  readonly body: unknown
}

/** Sends a request once, within the client's limits: see `exchange`. */
export interface Exchanger {
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

export interface SendOptions {
  /** Maximum number of redirects. */
  readonly redirects?: number
  /** 1 for a request that must not be repeated. */
  readonly attempts?: number
  /** Whether the failure is transient. */
  readonly isTransient?: (answer: JsonAnswer) => boolean
}

const ATTEMPTS = 4

/** Maximum first delay between two attempts in ms, before jitter; it doubles each time. */
const PAUSE = 500

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const member = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? Object.getOwnPropertyDescriptor(body, name)?.value : undefined

/** A failing or throttling server: AWS also throttles with status 400 and an error name. */
const isBusy = ({ status, body }: JsonAnswer): boolean =>
  status === 429 || status >= 500 || (status === 400 && /Throttl|TooManyRequests/.test(String(member(body, '__type'))))

/**
 * Network errors (`ECONNRESET`, `ETIMEDOUT`), as opposed to certificates, a proxy's rejection or an endless response.
 */
const isNetworkError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^E(?!RR_|MSGSIZE)/.test(String(error.code))

async function attempt(
  request: HttpRequest,
  http: Exchanger,
  signal: AbortSignal,
  redirects: number,
): Promise<JsonAnswer> {
  const { bytes, ...answer } = await http.exchange(request, signal)
  const next = redirects > 0 ? redirected(request, answer) : undefined
  if (next !== undefined) return attempt(next, http, signal, redirects - 1)
  const text = bytes.toString()
  return { ...answer, text, body: parsed(text) }
}

/**
 * Sends a request, and retries it after a transient failure.
 *
 * @param request creates the request for each attempt
 * @returns the last response, regardless of its status
 * @throws Node's error for a failed connection; `HttpLimitError` if a limit is exceeded
 */
export async function sendJson(
  request: () => Promise<JsonRequest>,
  http: Exchanger,
  signal: AbortSignal,
  { redirects = 0, attempts = ATTEMPTS, isTransient = isBusy }: SendOptions = {},
): Promise<JsonAnswer> {
  for (let number = 1; ; number++) {
    const last = number >= attempts
    try {
      const answer = await attempt(await request(), http, signal, redirects)
      if (last || !isTransient(answer)) return answer
    } catch (error) {
      signal.throwIfAborted()
      if (last || !isNetworkError(error)) throw error
    }
    await delay(backoff(number - 1, { first: PAUSE }), undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
