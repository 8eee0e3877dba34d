import { dirname } from 'node:path'
import type { Endpoint, Endpoints } from './endpoint.ts'
import type { Step } from './step.ts'

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

/** The line that says which endpoint is waited for, and why that one. */
export function describeEndpoint([first, ...others]: Endpoints): string {
  const line = `Endpoint: ${first.url}${tlsOf(first)} (${REASONS[first.source](first)})`
  return others.length === 0 ? line : `${line}, or the first of ${others.map(({ url }) => url).join(', ')}`
}

/** Sets what later steps need to reach the same daemon. */
export function exportEndpoint({ address, url }: Endpoint, { runner, env }: Step): void {
  runner.exportVariable('DOCKER_HOST', url)
  const tls = address.kind === 'dial' ? undefined : address.tls
  if (tls !== undefined) {
    runner.exportVariable(tls.verify ? 'DOCKER_TLS_VERIFY' : 'DOCKER_TLS', '1')
    runner.exportVariable('DOCKER_CERT_PATH', dirname(tls.cert))
  } else if (env['DOCKER_TLS_VERIFY'] || env['DOCKER_TLS']) {
    // A context of its own goes without the TLS settings of the environment; DOCKER_HOST would not.
    for (const name of ['DOCKER_TLS_VERIFY', 'DOCKER_TLS']) runner.exportVariable(name, '')
  }
}
