import { dirname } from 'node:path'
import type { Endpoint, Endpoints } from './endpoint.ts'

const REASONS: Readonly<Record<Endpoint['source'], (endpoint: Endpoint) => string>> = {
  host: () => "named by 'host'",
  context: ({ context }) => `named by 'context': ${context}`,
  DOCKER_HOST: () => 'DOCKER_HOST',
  DOCKER_CONTEXT: ({ context }) => `DOCKER_CONTEXT: ${context}`,
  currentContext: ({ context }) => `the current context of the docker CLI: ${context}`,
  default: () => 'nothing names another',
  search: () => 'nothing names another',
}

function tlsOf({ address }: Endpoint): string {
  if (address.kind === 'dial') return ' through docker system dial-stdio'
  if (address.kind === 'unix' || address.tls === undefined) return ''
  return ` with TLS${address.tls.verify ? '' : ' that is not verified'} from ${dirname(address.tls.cert)}`
}

const proxyOf = ({ proxy }: Endpoint): string =>
  proxy === undefined ? '' : ` through the proxy ${new URL(proxy).host}`

/** The log line that shows which endpoint is waited for, and why. */
export function describeEndpoint([first, ...others]: Endpoints): string {
  const line = `Endpoint: ${first.url}${tlsOf(first)}${proxyOf(first)} (${REASONS[first.source](first)})`
  return others.length === 0 ? line : `${line}, or the first of ${others.map(({ url }) => url).join(', ')}`
}
