import { type Agent, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type ProxyVariables, proxyChoice } from './proxy.ts'

/**
 * The connection for a request, direct or through a proxy.
 *
 * @throws {Failure} if the variables contradict each other
 */
export type Agents = (url: URL) => Agent

/** Direct connections, by the protocol of the request. */
export type DirectAgents = Readonly<Record<'http:' | 'https:', Agent>>

const directAgents = (keepAlive: boolean): DirectAgents => ({
  'http:': new HttpAgent({ keepAlive }),
  'https:': new HttpsAgent({ keepAlive }),
})

/**
 * Node's own agents support proxies since 24.5, the Node version of runner 2.328. Their NO_PROXY supports neither
 * domains nor CIDR blocks, so the choice is made here.
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
