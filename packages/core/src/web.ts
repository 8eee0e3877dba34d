import { once } from 'node:events'
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Environment } from './environment.ts'
import { reason } from './failure.ts'
import { proxyVariables } from './proxy.ts'

export interface WebRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** Milliseconds until the answer begins, and between two parts of it. */
  readonly timeout: number
  /** How many redirects are followed; credentials do not go to another origin. */
  readonly redirects?: number
}

export interface WebAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The parts as they come. */
  readonly body: IncomingMessage
}

/** HTTP and HTTPS, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. */
export interface Web {
  /** @throws {WebError} when there is no answer */
  request(request: WebRequest): Promise<WebAnswer>
}

/** Why there is no answer, in one line with the host. */
export class WebError extends Error {
  override readonly name = 'WebError'
}

/** Headers that are for the first origin only. */
const PRIVATE = ['authorization', 'cookie']

async function send(request: WebRequest, agents: { http: HttpAgent; https: HttpsAgent }): Promise<WebAnswer> {
  const { method = 'GET', headers = {}, body, timeout } = request
  const url = new URL(request.url)
  const late = new AbortController()
  const signal = AbortSignal.any([request.signal, late.signal])
  const end = () => late.abort(new Error(`no answer within ${timeout / 1_000} s`))
  const timer = setTimeout(end, timeout)
  try {
    const outgoing =
      url.protocol === 'https:'
        ? httpsRequest(url, { method, headers, agent: agents.https, signal })
        : httpRequest(url, { method, headers, agent: agents.http, signal })
    outgoing.end(body)
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    answer.setTimeout(timeout, () => answer.destroy(new WebError(`${url.host} has stopped to send.`)))
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer }
  } catch (error) {
    request.signal.throwIfAborted()
    const why = late.signal.aborted ? late.signal.reason : error
    throw new WebError(`${url.host} cannot be reached: ${reason(why)}.`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function redirected(request: WebRequest, location: string): WebRequest {
  if (!URL.canParse(location, request.url)) {
    throw new WebError(`${new URL(request.url).host} leads to ${JSON.stringify(location)}, which is no address.`)
  }
  const [from, to] = [new URL(request.url), new URL(location, request.url)]
  const kept = Object.entries(request.headers ?? {}).filter(
    ([name]) => from.origin === to.origin || !PRIVATE.includes(name.toLowerCase()),
  )
  const redirects = (request.redirects ?? 0) - 1
  return { ...request, url: to.href, headers: Object.fromEntries(kept), redirects }
}

export function webOf(env: Environment): Web {
  const options = { proxyEnv: { ...proxyVariables(env) } }
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }
  return {
    async request(request) {
      const answer = await send(request, agents)
      const { location } = answer.headers
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
      if (!isRedirect || !request.redirects) return answer
      answer.body.resume()
      return this.request(redirected(request, location))
    },
  }
}

/**
 * The whole body as text.
 *
 * @throws {WebError} where it is longer than `limit` characters, or ends before its end
 */
export async function textOf({ body }: WebAnswer, limit: number): Promise<string> {
  let text = ''
  try {
    for await (const part of body.setEncoding('utf8')) {
      text += part
      if (text.length > limit) throw new WebError(`The answer has more than ${limit} characters.`)
    }
  } catch (error) {
    throw error instanceof WebError ? error : new WebError(`The answer has no end: ${reason(error)}.`, { cause: error })
  }
  return text
}
