import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { proxyChoice, proxyVariables } from '../http/proxy.ts'
import { configFolder, currentContext, readContext } from './context.ts'
import {
  DEFAULT_SOCKET,
  type Endpoint,
  type EndpointSource,
  type Endpoints,
  httpUrl,
  parseHost,
  type TlsFiles,
  urlOf,
} from './endpoint.ts'

export interface Wish {
  /** In the format of DOCKER_HOST. */
  readonly host?: string | undefined
  /** Name of a Docker context. */
  readonly context?: string | undefined
}

/** The TLS settings of the environment. For the docker CLI, any non-empty value means yes, even `0` and `false`. */
function environmentTls(env: Environment): TlsFiles | undefined {
  if (!env['DOCKER_TLS_VERIFY'] && !env['DOCKER_TLS']) return undefined
  const folder = env['DOCKER_CERT_PATH'] || configFolder(env)
  const verify = Boolean(env['DOCKER_TLS_VERIFY'])
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ]
  return { ...(verify ? { ca } : {}), cert, key, verify }
}

/**
 * The sockets to look for if nothing is configured, best first: rootful Docker, rootless Docker, the folder that older
 * ARC charts share, Docker Desktop, Podman of the system and of the user.
 */
function knownSockets(env: Environment, uid: number): string[] {
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/user/${uid}`
  const home = env['HOME'] || homedir()
  return [
    DEFAULT_SOCKET,
    join(runtime, 'docker.sock'),
    '/run/docker/docker.sock',
    join(home, '.docker/run/docker.sock'),
    '/run/podman/podman.sock',
    join(runtime, 'podman/podman.sock'),
  ]
}

/** The configured endpoint is invalid; waiting would not help. */
export interface Invalid {
  readonly cause: 'host_invalid' | 'context_missing'
  readonly source: EndpointSource
  /** What is wrong, and what to change. */
  readonly sentence: string
}

/**
 * The CLI treats a TCP port like any other HTTP server: the connection uses the proxy from the environment.
 *
 * @throws {Failure} for an unusable proxy variable
 */
function withProxy(endpoint: Endpoint, env: Environment): Endpoint {
  if (endpoint.address.kind !== 'tcp') return endpoint
  const proxy = proxyChoice(proxyVariables(env))(httpUrl(endpoint.address))
  return proxy === undefined ? endpoint : { ...endpoint, proxy }
}

function fromHost(host: string, source: EndpointSource, env: Environment): Endpoint | Invalid {
  const address = parseHost(host, environmentTls(env), ['--host', host.trim()])
  if (typeof address === 'string') {
    const sentence = `'${source}' ${address} It is '${host}'.`
    return { cause: 'host_invalid', source, sentence }
  }
  return { address, url: address.kind === 'dial' ? host.trim() : urlOf(address), source, context: 'default' }
}

function fromContext(name: string, source: EndpointSource, env: Environment): Endpoint | Invalid {
  const context = readContext(configFolder(env), name)
  if (typeof context === 'string') {
    const sentence = `${context} It is named by '${source}'; create it with 'docker context create', or use another one.`
    return { cause: 'context_missing', source, sentence }
  }
  // For the CLI, the host of a context is a URL, with the default ports of URLs.
  const port = context.tls === undefined ? '80' : '443'
  const address = parseHost(context.host, context.tls, ['--context', name], port)
  if (typeof address === 'string') {
    const sentence = `The host of the docker context '${name}' ${address} It is '${context.host}'.`
    return { cause: 'host_invalid', source, sentence }
  }
  return { address, url: address.kind === 'dial' ? context.host : urlOf(address), source, context: name }
}

function search(env: Environment, uid: number): Endpoint[] {
  return [...new Set(knownSockets(env, uid))].map((path) => ({
    address: { kind: 'unix', path },
    url: `unix://${path}`,
    source: path === DEFAULT_SOCKET ? 'default' : 'search',
    context: 'default',
  }))
}

/** The endpoint of the context `default`: the host in the environment, otherwise a socket that is found. */
function fromEnvironment(env: Environment, uid: number): readonly (Endpoint | Invalid)[] {
  const host = env['DOCKER_HOST']
  if (host?.trim()) return [fromHost(host, 'DOCKER_HOST', env)]
  // With TLS enabled, the CLI's default is the TLS port of this machine, never a socket.
  return environmentTls(env) === undefined ? search(env, uid) : [fromHost('tcp://localhost:2376', 'default', env)]
}

/**
 * Finds the endpoint in the order of the docker CLI: `host` or `context`, DOCKER_HOST, DOCKER_CONTEXT, the current
 * context, the default. Only if nothing is configured can there be several, best first.
 */
export function resolveEndpoints(wish: Wish, env: Environment, uid: number): Endpoints | Invalid {
  const named = (): readonly [string, EndpointSource] | undefined => {
    if (wish.context !== undefined) return [wish.context, 'context']
    if (env['DOCKER_HOST']) return undefined
    if (env['DOCKER_CONTEXT']) return [env['DOCKER_CONTEXT'], 'DOCKER_CONTEXT']
    const current = currentContext(configFolder(env))
    return current === undefined ? undefined : [current, 'currentContext']
  }
  const found = (): readonly (Endpoint | Invalid)[] => {
    if (wish.host !== undefined) return [fromHost(wish.host, 'host', env)]
    const [context, source] = named() ?? ['default', 'default']
    return context === 'default' ? fromEnvironment(env, uid) : [fromContext(context, source, env)]
  }
  const endpoints = found()
  const invalid = endpoints.find((endpoint): endpoint is Invalid => 'sentence' in endpoint)
  return invalid ?? ((endpoints as readonly Endpoint[]).map((each) => withProxy(each, env)) as unknown as Endpoints)
}

/** Other paths where a socket exists now, for the hint if the selected one does not respond. */
export function otherSockets(env: Environment, uid: number, except: string): string[] {
  return [...new Set(knownSockets(env, uid))].filter((path) => path !== except && existsSync(path))
}
