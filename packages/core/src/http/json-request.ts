import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from '../base/backoff.ts'
import type { HttpAnswer, HttpRequest } from './exchange.ts'
import { redirected } from './redirect.ts'

/** One request whose answer is JSON. */
export type JsonRequest = HttpRequest

export interface JsonAnswer extends Omit<HttpAnswer, 'bytes'> {
  readonly text: string
  /** `undefined` where the answer is not JSON. */
  readonly body: unknown
}

/** Sends a request once, within the limits of the client: `exchange`. */
export interface Exchanger {
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

export interface SendOptions {
  /** How many redirects are followed. */
  readonly redirects?: number
  /** 1 for a request that must not arrive twice. */
  readonly attempts?: number
  /** Whether the same request may well succeed a moment later. */
  readonly isTransient?: (answer: JsonAnswer) => boolean
}

const ATTEMPTS = 4

/** The longest that the first pause between two attempts can be, in ms; it doubles, and chance shortens each. */
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

/** A server in trouble, or one that throttles: AWS also does so with 400 and a name. */
const isBusy = ({ status, body }: JsonAnswer): boolean =>
  status === 429 || status >= 500 || (status === 400 && /Throttl|TooManyRequests/.test(String(member(body, '__type'))))

/** Errors of the network (`ECONNRESET`, `ETIMEDOUT`); not certificates, a proxy's refusal or an answer without end. */
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
 * Sends a request, and again after a transient failure.
 *
 * @param request makes the request anew for each attempt
 * @returns the last answer, whatever its status is
 * @throws what Node says of a connection that does not work; `HttpLimitError` beyond a limit of the client
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
