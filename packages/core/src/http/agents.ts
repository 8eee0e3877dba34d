import { type Agent, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type ProxyVariables, proxyChoice } from './proxy.ts'

/**
 * The connections for a request, direct or through a proxy.
 *
 * @throws {Failure} where the variables contradict each other
 */
export type Agents = (url: URL) => Agent

/** Connections without a proxy, by the protocol of the request. */
export type DirectAgents = Readonly<Record<'http:' | 'https:', Agent>>

const directAgents = (keepAlive: boolean): DirectAgents => ({
  'http:': new HttpAgent({ keepAlive }),
  'https:': new HttpsAgent({ keepAlive }),
})

/**
 * Node's own agents speak to proxies since 24.5, the Node of runner 2.328. Their reading of NO_PROXY knows neither
 * domains nor CIDR blocks, so the choice is not theirs.
 */
export function httpAgents(
  variables: ProxyVariables,
  { keepAlive = false, direct = directAgents(keepAlive) }: { keepAlive?: boolean; direct?: DirectAgents } = {},
): Agents {
  const { HTTP_PROXY = '', HTTPS_PROXY = '' } = variables
  const proxied: DirectAgents = {
    'http:': new HttpAgent({ keepAlive, proxyEnv: { HTTP_PROXY } }),
    'https:': new HttpsAgent({ keepAlive, proxyEnv: { HTTPS_PROXY } }),
  }
  const choice = proxyChoice(variables)
  return (url) => {
    const protocol = url.protocol === 'https:' ? 'https:' : 'http:'
    return (choice(url) === undefined ? direct : proxied)[protocol]
  }
}
