import { dirname } from 'node:path'
import type { Endpoint } from '@container-actions/core'
import type { Step } from './step.ts'

/** Sets the variables that later steps need to reach the same daemon. */
export function exportEndpoint({ address, url }: Endpoint, { runner, env }: Step): void {
  runner.exportVariable('DOCKER_HOST', url)
  const tls = address.kind === 'dial' ? undefined : address.tls
  if (tls !== undefined) {
    runner.exportVariable(tls.verify ? 'DOCKER_TLS_VERIFY' : 'DOCKER_TLS', '1')
    runner.exportVariable('DOCKER_CERT_PATH', dirname(tls.cert))
  } else if (env['DOCKER_TLS_VERIFY'] || env['DOCKER_TLS']) {
    // A context ignores the TLS settings in the environment; DOCKER_HOST would not.
    for (const name of ['DOCKER_TLS_VERIFY', 'DOCKER_TLS']) runner.exportVariable(name, '')
  }
}
