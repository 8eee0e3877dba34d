import { type Agents, httpAgents } from '../http/agents.ts'
import { exchange, type HttpLimits } from '../http/exchange.ts'
import type { Exchanger } from '../http/json-request.ts'
import type { ProxyVariables } from '../http/proxy.ts'

/** A request as passed by the SDK to its handler; its own type is in a package that only the SDK depends on. */
export interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface SdkAnswer {
  readonly response: {
    readonly statusCode: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: Uint8Array
  }
}

/** HTTP connections to AWS: for SDK clients as their `requestHandler`, and for manually signed requests. */
export type AwsHttp = Pick<Exchanger, 'exchange'> & {
  readonly metadata: { readonly handlerProtocol: string }
  handle(request: SdkRequest, options?: { readonly abortSignal?: AbortSignal }): Promise<SdkAnswer>
  /** The same connections with different limits. */
  within(limits: Partial<HttpLimits>): AwsHttp
}

/** Limits for each attempt. The longest response is a list of manifests, each of which may have 4 MiB in ECR. */
const LIMITS: HttpLimits = { connect: 5_000, total: 30_000, size: 64 * 1024 * 1024 }

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

function urlOf({ protocol, hostname, port, path, query }: SdkRequest): URL {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === null ? [encoded(name)] : [value].flat().map((each) => `${encoded(name)}=${encoded(each)}`),
  )
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search}`)
}

const isText = (body: unknown): body is string | Uint8Array => typeof body === 'string' || body instanceof Uint8Array

const NEVER = new AbortController().signal

function httpOf(agents: Agents, limits: HttpLimits): AwsHttp {
  const http: AwsHttp = {
    metadata: { handlerProtocol: 'http/1.1' },
    exchange: (request, signal) => exchange(request, agents, limits, signal),
    async handle(request, { abortSignal = NEVER } = {}) {
      const { method, headers, body } = request
      const sent = { method, url: urlOf(request), headers, ...(isText(body) ? { body } : {}) }
      const { status, headers: received, bytes } = await http.exchange(sent, abortSignal)
      const joined = Object.entries(received).map(([name, value]) => [name, [value].flat().join(', ')])
      return { response: { statusCode: status, headers: Object.fromEntries(joined), body: bytes } }
    },
    within: (changed) => httpOf(agents, { ...limits, ...changed }),
  }
  return http
}

/** Connections shared by all clients of a step: kept alive, and through the proxy from the environment. */
export function awsHttp(
  variables: ProxyVariables,
  limits: Partial<HttpLimits> = {},
  agents: Agents = httpAgents(variables, { keepAlive: true }),
): AwsHttp {
  return httpOf(agents, { ...LIMITS, ...limits })
}
