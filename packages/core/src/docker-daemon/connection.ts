import { X509Certificate } from 'node:crypto'
import { Agent, type AgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type SecureContextOptions } from 'node:tls'
import type { Environment } from '../base/environment.ts'
import { reason } from '../base/failure.ts'
import { blockingPath } from '../base/file-owner.ts'
import { readBytes } from '../base/text-file.ts'
import { dialStdio } from './dial-stdio.ts'
import type { Address, Endpoint, TlsFiles } from './endpoint.ts'

/** A lost SYN is resent after 1 s and 3 s; an address that has not responded by then is retried. In ms. */
const CONNECT_LIMIT = 4_000

/** How soon a peer that disappeared silently (a removed container) is detected behind a pending request, in ms. */
const KEEP_ALIVE = 5_000

/** A TLS file that is currently missing or unusable. */
export class TlsFileError extends Error {
  readonly file: string
  readonly missing: boolean
  /** The path that denies this user access, if that is the problem. */
  readonly obstacle: string | undefined

  constructor(file: string, missing: boolean, message: string, obstacle?: string) {
    super(message)
    this.file = file
    this.missing = missing
    this.obstacle = obstacle
  }
}

function readPem(file: string): string | undefined {
  try {
    return readBytes(file).toString()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TlsFileError(file, false, reason(error), blockingPath(file))
  }
}

/** An empty or incomplete certificate file is not usable yet; OpenSSL would silently trust nobody with it. */
function readCertificate(file: string): string | undefined {
  const text = readPem(file)
  try {
    if (text !== undefined) new X509Certificate(text)
  } catch (error) {
    throw new TlsFileError(file, false, text === '' ? 'it is empty' : reason(error))
  }
  return text
}

/** Reads the current TLS files. A client certificate is not required here. */
function readTls(files: TlsFiles): SecureContextOptions & { rejectUnauthorized: boolean } {
  const ca = files.ca === undefined ? undefined : readCertificate(files.ca)
  if (files.ca !== undefined && ca === undefined) throw new TlsFileError(files.ca, true, 'there is no such file')
  const [cert, key] = [readCertificate(files.cert), readPem(files.key)]
  return {
    rejectUnauthorized: files.verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  }
}

/** Limits the time to connect; an accepted connection may stay silent for as long as the daemon needs to start. */
function limited<T extends Socket>(socket: T): T {
  const limit = setTimeout(() => {
    const error = new Error(`no answer to the connection request within ${CONNECT_LIMIT / 1_000} s`)
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }))
  }, CONNECT_LIMIT)
  const connected = () => {
    clearTimeout(limit)
    socket.setKeepAlive(true, KEEP_ALIVE).setNoDelay(true)
  }
  socket.once('connect', connected).once('close', () => clearTimeout(limit))
  return socket
}

function openTls({ host, port }: { host: string; port: number }, files: TlsFiles): Socket {
  const options = readTls(files)
  const servername = isIP(host) === 0 ? { servername: host } : {}
  try {
    return limited(connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...servername, ...options }))
  } catch (error) {
    throw new TlsFileError(files.cert, false, reason(error))
  }
}

/** Adds the no-op socket methods that http.Agent calls when it keeps connections alive. */
function likeSocket(stream: Duplex): Duplex {
  const nothing = () => stream
  return Object.assign(stream, {
    ...{ setKeepAlive: nothing, setNoDelay: nothing, setTimeout: nothing, ref: nothing, unref: nothing },
  })
}

/**
 * A single shared connection to the daemon over any transport: HTTP on a Unix socket, TCP, TLS, or the standard streams
 * of `docker system dial-stdio`.
 */
export class DaemonAgent extends Agent {
  readonly #address: Address
  readonly #env: Environment
  readonly #signal: AbortSignal

  /** @param signal terminates the child process that some connections use */
  constructor(address: Address, env: Environment, signal: AbortSignal) {
    super({ keepAlive: true, maxSockets: 1 })
    this.#address = address
    this.#env = env
    this.#signal = signal
  }

  override createConnection(_options: AgentOptions): Duplex {
    const address = this.#address
    if (address.kind === 'dial') return likeSocket(dialStdio(address.flags, this.#env, this.#signal))
    if (address.kind === 'tcp') return address.tls ? openTls(address, address.tls) : limited(connectSocket(address))
    // The docker CLI refuses to run without the files in its TLS settings, even on a socket.
    if (address.tls) readTls(address.tls)
    return connectSocket(address.path)
  }
}

/**
 * A connection to the daemon, through a proxy if the docker CLI uses one.
 *
 * @throws {TlsFileError} behind a proxy, for an unusable TLS file
 */
export function daemonAgent({ address, proxy }: Endpoint, env: Environment, signal: AbortSignal): Agent {
  if (proxy === undefined || address.kind !== 'tcp') return new DaemonAgent(address, env, signal)
  const options = { keepAlive: true, maxSockets: 1, timeout: CONNECT_LIMIT }
  return address.tls === undefined
    ? new Agent({ ...options, proxyEnv: { HTTP_PROXY: proxy } })
    : new HttpsAgent({ ...options, ...readTls(address.tls), proxyEnv: { HTTPS_PROXY: proxy } })
}
