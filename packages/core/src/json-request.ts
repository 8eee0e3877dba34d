import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import type { AwsHttp } from './aws-http.ts'

/** One request whose answer is JSON. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** `undefined` where the answer is no JSON. */
  readonly body: unknown
}

const ATTEMPTS = 4

/** The longest that the first pause between two attempts can be, in ms; it doubles, and chance shortens each. */
const PAUSE = 500

/** The longest answer is a manifest of 4 MiB, as ECR takes it; more comes from something else. */
const LIMIT = 4 * 1024 * 1024

async function attempt(
  { method, url, headers, body }: JsonRequest,
  http: AwsHttp,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const [send, agent] = url.protocol === 'https:' ? [httpsRequest, http.httpsAgent] : [httpRequest, http.httpAgent]
  const time = AbortSignal.timeout(http.requestTimeout)
  try {
    const request = send(url, { method, headers, agent, signal: AbortSignal.any([signal, time]) })
    request.end(body)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk
      if (text.length > LIMIT) throw new Error(`the answer has more than ${LIMIT} characters`)
    }
    return { status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) }
  } catch (error) {
    if (!time.aborted) throw error
    throw Object.assign(new Error(`no answer within ${http.requestTimeout / 1_000} s`), { code: 'ETIMEDOUT' })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the same request may well go better a moment later; AWS also throttles with 400 and a name. */
const isPassing = ({ status, body }: JsonAnswer): boolean =>
  status === 429 || status >= 500 || (status === 400 && /Throttl|TooManyRequests/.test(String(member(body, '__type'))))

const member = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? Object.getOwnPropertyDescriptor(body, name)?.value : undefined

/**
 * Sends a request, and again where there is no answer or one of a server in trouble.
 *
 * @returns the last answer, whatever its status is
 * @throws what Node says of a connection that does not work
 */
export async function sendJson(request: () => Promise<JsonRequest>, http: AwsHttp, signal: AbortSignal) {
  for (let number = 1; ; number++) {
    const last = number === ATTEMPTS
    try {
      const answer = await attempt(await request(), http, signal)
      if (last || !isPassing(answer)) return answer
    } catch (error) {
      signal.throwIfAborted()
      if (last) throw error
    }
    await delay(Math.random() * PAUSE * 2 ** (number - 1), undefined, { signal })
  }
}
