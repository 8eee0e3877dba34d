import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { ProxyVariables } from './proxy.ts'

/** What the SDK's clients need to reach AWS. */
export interface AwsHttp {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
  /** Milliseconds for the connection. */
  readonly connectionTimeout: number
  /** Milliseconds until an answer begins. */
  readonly requestTimeout: number
  /** Without it, the SDK only warns when the time is over, and waits on. */
  readonly throwOnRequestTimeout: true
}

/**
 * Connections that all clients of a step share: kept alive, and through the proxy that the variables name. Node's own
 * agents do that since 24.5, the Node of runner 2.328; the SDK alone knows of no proxy.
 */
export function awsHttp(proxyEnv: ProxyVariables): AwsHttp {
  const options = { keepAlive: true, proxyEnv: { ...proxyEnv } }
  return {
    httpAgent: new HttpAgent(options),
    httpsAgent: new HttpsAgent(options),
    // Long enough for a slow proxy, short enough for a job.
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
  }
}
