/** The paths of the TLS files. They are read on every attempt, because another container may still be writing them. */
export interface TlsFiles {
  /** If absent, the certificate authorities of the system are used. */
  readonly ca?: string
  readonly cert: string
  readonly key: string
  /** `false` accepts any server certificate. */
  readonly verify: boolean
}

export type Address =
  | { readonly kind: 'unix'; readonly path: string; readonly tls?: TlsFiles }
  | {
      readonly kind: 'tcp'
      readonly host: string
      readonly port: number
      /** Prefix of every request's path, or empty. */
      readonly basePath: string
      readonly tls?: TlsFiles
    }
  /** Anything else that the docker CLI can reach: its flags for `docker … system dial-stdio`. */
  | { readonly kind: 'dial'; readonly flags: readonly string[] }

/**
 * Where the endpoint was configured; `search` is a socket found where Docker, rootless Docker or Podman create theirs.
 */
export type EndpointSource =
  | 'host'
  | 'context'
  | 'DOCKER_HOST'
  | 'DOCKER_CONTEXT'
  | 'currentContext'
  | 'default'
  | 'search'

export interface Endpoint {
  readonly address: Address
  /** In the format of DOCKER_HOST. */
  readonly url: string
  readonly source: EndpointSource
  /** The context that the docker CLI would use for it; `default` unless it is a named context. */
  readonly context: string
  /** URL of the HTTP proxy for a TCP port, with its credentials. */
  readonly proxy?: string
}

/** Endpoints to try, best first; never empty. */
export type Endpoints = readonly [Endpoint, ...Endpoint[]]

export const DEFAULT_SOCKET = '/var/run/docker.sock'

/** The default port of the docker CLI for a host; the host of a context is treated as a URL instead. */
const CLI_PORT = '2375'

/**
 * A host as in a URL, which does not allow the zone of an IPv6 address:
 * https://url.spec.whatwg.org/#host-representation
 */
const inUrl = (host: string): string => (host.includes(':') ? `[${host.replace(/%.*$/s, '')}]` : host)

function parseTcp(rest: string, defaultPort: string, tls: TlsFiles | undefined): Address | string {
  const given = rest === '' ? 'localhost' : rest
  const [, authority = '', basePath = ''] = /^([^/]*)(.*)$/.exec(given) ?? []
  const [, bracketed, plain, port = defaultPort] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d+))?$/.exec(authority) ?? []
  const host = bracketed ?? plain
  const isHost = host !== undefined && URL.canParse(`http://${inUrl(host || 'localhost')}`)
  if (!isHost || (bracketed !== undefined && !authority.includes(']:'))) {
    return 'is not tcp://HOST:PORT; an IPv6 address needs brackets and a port: tcp://[::1]:2375.'
  }
  if (Number(port) > 65_535) return `has the port ${port}; a port is at most 65535.`
  return {
    kind: 'tcp',
    host: host || 'localhost',
    port: Number(port),
    basePath: basePath.replace(/\/+$/, ''),
    ...(tls === undefined ? {} : { tls }),
  }
}

/**
 * Parses a host as the docker CLI does (`opts.ParseHost` in docker/cli): the default scheme is tcp, surrounding
 * whitespace is ignored, and an uppercase scheme is unknown.
 *
 * @param flags the docker CLI's flags for the same endpoint, for schemes that only the CLI can reach
 * @returns the address, or the end of a sentence that says what is wrong
 */
export function parseHost(
  text: string,
  tls: TlsFiles | undefined,
  flags: readonly string[],
  defaultPort: string = CLI_PORT,
): Address | string {
  const [, scheme = 'tcp', rest = ''] = /^(?:(.*?):\/\/)?(.*)$/s.exec(text.trim()) ?? []
  if (rest.includes('://')) return 'holds :// twice.'
  switch (scheme) {
    case 'tcp':
      return parseTcp(rest, defaultPort, tls)
    case 'unix':
      return { kind: 'unix', path: rest || DEFAULT_SOCKET, ...(tls === undefined ? {} : { tls }) }
    case 'ssh':
    case 'npipe':
      return { kind: 'dial', flags }
    case 'fd':
      return 'is for dockerd only; a client needs unix:///PATH or tcp://HOST:PORT.'
    case 'http':
    case 'https':
      return `must begin with tcp://, not ${scheme}://; DOCKER_TLS_VERIFY and DOCKER_CERT_PATH turn TLS on.`
    default:
      return `begins with ${scheme}://, which Docker does not know; use unix://, tcp:// or ssh://.`
  }
}

/** The address in the format of DOCKER_HOST. */
export function urlOf(address: Exclude<Address, { kind: 'dial' }>): string {
  if (address.kind === 'unix') return `unix://${address.path}`
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `tcp://${host}:${address.port}${address.basePath}`
}

/** The address as an HTTP URL. */
export function httpUrl({ host, port, tls }: Extract<Address, { kind: 'tcp' }>): URL {
  return new URL(`${tls === undefined ? 'http' : 'https'}://${inUrl(host)}:${port}`)
}
