import { once } from 'node:events'
import { type Agent, createServer, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type AddressInfo, connect, createServer as createSocketServer, type Server } from 'node:net'
import { ECR } from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { awsHttp } from '../src/aws/http.ts'
import type { Environment } from '../src/base/environment.ts'
import { oidcToken } from '../src/credentials/oidc.ts'
import { DaemonAgent, daemonAgent } from '../src/docker-daemon/connection.ts'
import type { Endpoints } from '../src/docker-daemon/endpoint.ts'
import { askDaemon } from '../src/docker-daemon/ping.ts'
import { resolveEndpoints } from '../src/docker-daemon/resolve.ts'
import { registryManifests } from '../src/ecr/registry-manifests.ts'
import { githubApi } from '../src/github/api.ts'
import { httpAgents } from '../src/http/agents.ts'
import { proxyVariables } from '../src/http/proxy.ts'
import { webOf } from '../src/http/web.ts'
import { stubAws } from './support/aws.ts'
import { PROXY, PROXY_TABLE, type ProxyRow } from './support/proxy-table.ts'

/** Hosts that the proxy was asked for, and hosts that were connected to without it. */
const seen = { proxied: [] as string[], direct: [] as string[] }

/** A proxy that writes down what it is asked for, and has an answer that no client tries again. */
const proxy = createServer(({ url = '' }, response) => {
  seen.proxied.push(new URL(url).host)
  response.writeHead(404, { 'content-type': 'application/json', connection: 'close' }).end('{}')
})
proxy.on('connect', ({ url = '' }, client) => {
  seen.proxied.push(url)
  client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
})

/** Stands for every host that is reached without a proxy; it talks nonsense, which no client tries again. */
const everywhere = createSocketServer((socket) => socket.on('error', () => undefined).end('nonsense\r\n\r\n'))

const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  for (const server of [proxy, everywhere]) await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  proxy.close()
  everywhere.close()
})
afterEach(() => vi.unstubAllEnvs())

/** An agent whose connections end here, wherever they should go. */
function recording<T extends Agent>(agent: T): T {
  return Object.assign(agent, {
    createConnection({ host = '', port = 0 }: { host?: string; port?: number | string }) {
      seen.direct.push(`${host}:${port}`)
      return connect(portOf(everywhere), '127.0.0.1')
    },
  })
}

const direct = () => ({ 'http:': recording(new HttpAgent()), 'https:': recording(new HttpsAgent()) })

const FOREVER = new AbortController().signal

const agentsOf = (env: Environment) => httpAgents(proxyVariables(env), { direct: direct() })
const httpOf = (env: Environment) => awsHttp({}, {}, agentsOf(env))

const CLIENTS: Readonly<Record<string, (env: Environment, url: string) => Promise<unknown>>> = {
  "the SDK's clients": (env, endpoint) =>
    new ECR({
      ...{ endpoint, region: 'eu-central-1', maxAttempts: 1, requestHandler: httpOf(env) },
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    }).describeRepositories({}),
  "GitHub's OIDC tokens": (env, url) => oidcToken({ url, token: 'x' }, undefined, httpOf(env), FOREVER),
  'a registry': (env, endpoint) => {
    const { host: registry } = new URL(endpoint)
    const repository = { registry, name: 'app', uri: `${registry}/app` }
    const { manifest } = registryManifests({ token: 'x', endpoint } as never, httpOf(env), FOREVER)
    return manifest(repository as never, { tag: 'v1' }).then(() => Promise.reject(new Error('not found')))
  },
  "GitHub's API": (env, url) =>
    githubApi({ token: 'x', web: webOf({}, () => agentsOf(env)), signal: FOREVER }).get(url),
  'releases and downloads': (env, url) =>
    webOf({}, () => agentsOf(env))
      .download({ url, signal: FOREVER, timeout: 5_000 })
      .then(({ body }) => Promise.reject(body.destroy())),
}

/** Where every request of a client goes. */
async function wayOf(client: (env: Environment, url: string) => Promise<unknown>, { env, url }: ProxyRow) {
  seen.proxied = []
  seen.direct = []
  await expect(client(environmentOf(env), url)).rejects.toBeDefined()
  const ways = Object.entries(seen).filter(([, hosts]) => hosts.length > 0)
  return ways.length === 0 ? 'refused' : ways.map(([way]) => way).join(' and ')
}

const environmentOf = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value?.replace(PROXY.replace('http://', ''), `127.0.0.1:${portOf(proxy)}`),
    ]),
  )

test.each(Object.entries(CLIENTS))('%s: each row of the table', async (name, client) => {
  stubAws({})
  // Octokit takes `:ffff` in a URL for a parameter of the route.
  const rows = PROXY_TABLE.filter(({ url }) => name !== "GitHub's API" || !url.includes('::ffff:'))
  const ways = []
  for (const row of rows) ways.push([row.env, row.url, await wayOf(client, row)])
  expect(ways).toEqual(rows.map(({ env, url, way }) => [env, url, way]))
})

/** The endpoint for the URL of a row, as the docker CLI takes it from its environment. */
function endpointOf(env: Environment, url: string): Endpoints {
  const { hostname, port, protocol } = new URL(url)
  const tls = protocol === 'https:'
  const host = `tcp://${hostname}:${port || (tls ? 443 : 80)}`
  const found = resolveEndpoints(
    { host },
    { ...env, ...(tls ? { DOCKER_TLS: '1', DOCKER_CERT_PATH: '/none' } : {}) },
    0,
  )
  if ('sentence' in found) throw new Error(found.sentence)
  return found
}

test('the Docker daemon on a TCP port: each row of the table', async () => {
  const asked = async (env: Environment, url: string) => {
    const [endpoint] = endpointOf(env, url)
    const agent = daemonAgent(endpoint, env, FOREVER)
    // One that knows of no proxy, and would look the host up.
    if (agent instanceof DaemonAgent) throw seen.direct.push(url)
    const { status } = await askDaemon(endpoint, agent, '/_ping', FOREVER).finally(() => agent.destroy())
    throw new Error(`answered ${status}`)
  }
  const ways = []
  for (const row of PROXY_TABLE) ways.push([row.env, row.url, await wayOf(asked, row)])
  expect(ways).toEqual(PROXY_TABLE.map(({ env, url, way }) => [env, url, way]))
})
