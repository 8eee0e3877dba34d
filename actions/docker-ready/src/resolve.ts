import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Environment, Failure } from '@container-actions/core'
import { configFolder, currentContext, readContext } from './context.ts'
import { DEFAULT_SOCKET, type Endpoint, type EndpointSource, parseHost, type TlsFiles, urlOf } from './endpoint.ts'

export interface Wish {
  /** As in DOCKER_HOST. */
  readonly host?: string | undefined
  /** The name of a docker context. */
  readonly context?: string | undefined
}

/** The TLS settings of the environment. For the docker CLI any value that is not empty means yes, `0` and `false` too. */
export function environmentTls(env: Environment): TlsFiles | undefined {
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
 * The sockets to look for where nothing names one, best first: rootful Docker, rootless Docker, the folder that older
 * ARC charts share, Docker Desktop, Podman of the system and of the user.
 */
export function knownSockets(env: Environment, uid: number): string[] {
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

const invalid = (sentence: string, cause: string) =>
  new Failure(sentence, { outputs: { ready: false, cause, hint: sentence } })

function fromHost(host: string, source: EndpointSource, env: Environment): Endpoint {
  const address = parseHost(host, environmentTls(env), ['--host', host.trim()])
  if (typeof address === 'string') {
    const name = source === 'host' ? "The input 'host'" : source
    throw invalid(`${name} ${address} It is '${host}'.`, 'host_invalid')
  }
  return { address, url: address.kind === 'dial' ? host.trim() : urlOf(address), source, context: 'default' }
}

function fromContext(name: string, source: EndpointSource, env: Environment): Endpoint {
  const context = readContext(configFolder(env), name)
  if (typeof context === 'string') {
    throw invalid(
      `${context} It is named by ${source === 'context' ? "the input 'context'" : source}; create it with 'docker context create', or name another.`,
      'context_missing',
    )
  }
  const port = context.tls === undefined ? '80' : '443'
  const address = parseHost(context.host, context.tls, ['--context', name], port)
  if (typeof address === 'string') {
    throw invalid(`The host of the docker context '${name}' ${address} It is '${context.host}'.`, 'host_invalid')
  }
  return { address, url: address.kind === 'dial' ? context.host : urlOf(address), source, context: name }
}

function search(env: Environment, uid: number): Endpoint[] {
  // With TLS switched on, the CLI's default is the TLS port of this machine, never a socket.
  if (environmentTls(env) !== undefined) return [fromHost('tcp://localhost:2376', 'default', env)]
  return [...new Set(knownSockets(env, uid))].map((path) => ({
    address: { kind: 'unix', path },
    url: `unix://${path}`,
    source: path === DEFAULT_SOCKET ? 'default' : 'search',
    context: 'default',
  }))
}

/**
 * Finds the endpoint in the order of the docker CLI: `host` or `context`, DOCKER_HOST, DOCKER_CONTEXT, the current
 * context, the default. Only where nothing at all is named there are several, best first.
 *
 * @throws {Failure} when what is named cannot be an endpoint; waiting would not help
 */
export function resolveEndpoints(wish: Wish, env: Environment, uid: number): readonly [Endpoint, ...Endpoint[]] {
  const hostOrDefault = (): Endpoint[] => {
    const host = env['DOCKER_HOST']
    return host?.trim() ? [fromHost(host, 'DOCKER_HOST', env)] : search(env, uid)
  }
  const inContext = (name: string, source: EndpointSource) =>
    name === 'default' ? hostOrDefault() : [fromContext(name, source, env)]

  const endpoints = (() => {
    if (wish.host !== undefined) return [fromHost(wish.host, 'host', env)]
    if (wish.context !== undefined) return inContext(wish.context, 'context')
    if (env['DOCKER_HOST']) return hostOrDefault()
    if (env['DOCKER_CONTEXT']) return inContext(env['DOCKER_CONTEXT'], 'DOCKER_CONTEXT')
    const current = currentContext(configFolder(env))
    return current === undefined ? hostOrDefault() : inContext(current, 'currentContext')
  })()
  return endpoints as [Endpoint, ...Endpoint[]]
}

/** Other places where a socket exists now, for the hint when the one that counts does not answer. */
export function otherSockets(env: Environment, uid: number, except: string): string[] {
  return [...new Set(knownSockets(env, uid))].filter((path) => path !== except && existsSync(path))
}
