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

/** A lost SYN is sent again after 1 s and 3 s; an address that has said nothing by then is tried anew. In ms. */
const CONNECT_LIMIT = 4_000

/** How soon a peer that vanished without a word (a removed container) is noticed behind a pending request, in ms. */
const KEEP_ALIVE = 5_000

/** A file of the TLS settings that is missing or unusable now. */
export class TlsFileError extends Error {
  readonly file: string
  readonly missing: boolean
  /** What keeps this user from it, where that is all that is wrong. */
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

/** A certificate file that is empty or half written is not usable yet; OpenSSL would silently trust nobody with it. */
function readCertificate(file: string): string | undefined {
  const text = readPem(file)
  try {
    if (text !== undefined) new X509Certificate(text)
  } catch (error) {
    throw new TlsFileError(file, false, text === '' ? 'it is empty' : reason(error))
  }
  return text
}

/** Reads the files of a TLS connection as they are at this moment. A client certificate is not required here. */
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

/** Bounds the time to connect; an accepted connection may stay silent for as long as the daemon needs to start. */
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

/** Gives a stream what an agent that keeps connections calls on a network socket; on a pipe none of it has a meaning. */
function likeSocket(stream: Duplex): Duplex {
  const nothing = () => stream
  return Object.assign(stream, {
    ...{ setKeepAlive: nothing, setNoDelay: nothing, setTimeout: nothing, ref: nothing, unref: nothing },
  })
}

/**
 * One connection to the daemon that requests share, whatever it runs over: HTTP on a unix socket, TCP, TLS, or the
 * standard input and output of `docker system dial-stdio`.
 */
export class DaemonAgent extends Agent {
  readonly #address: Address
  readonly #env: Environment
  readonly #signal: AbortSignal

  /** @param signal ends the child process that some connections run over */
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
    // The docker CLI refuses to run without the files that its TLS settings name, on a socket as well.
    if (address.tls) readTls(address.tls)
    return connectSocket(address.path)
  }
}

/**
 * One connection to the daemon, through a proxy where the docker CLI uses one.
 *
 * @throws {TlsFileError} behind a proxy, for a TLS file that cannot be used
 */
export function daemonAgent({ address, proxy }: Endpoint, env: Environment, signal: AbortSignal): Agent {
  if (proxy === undefined || address.kind !== 'tcp') return new DaemonAgent(address, env, signal)
  const options = { keepAlive: true, maxSockets: 1, timeout: CONNECT_LIMIT }
  return address.tls === undefined
    ? new Agent({ ...options, proxyEnv: { HTTP_PROXY: proxy } })
    : new HttpsAgent({ ...options, ...readTls(address.tls), proxyEnv: { HTTPS_PROXY: proxy } })
}
