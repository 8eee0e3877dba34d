import { existsSync } from 'node:fs'
import { ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import type { DaemonDiagnosis } from './cause.ts'
import { TlsFileError } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import type { Answer, RequestError } from './ping.ts'
import { quote } from './quote.ts'
import type { Owner, SocketFile } from './socket-file.ts'
import { diagnoseTls, type TlsError } from './tls-diagnosis.ts'

/** Maximum length of a socket path in bytes, without the final NUL (`sun_path` in unix(7)). */
const longestPath = (platform: NodeJS.Platform): number => (platform === 'linux' ? 107 : 103)

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

export const describeOwner = ({ uid, gid, mode }: Owner): string => `uid ${uid}, gid ${gid}, mode ${octal(mode)}`

/** What the path of a Unix socket reveals without a connection; `undefined` if a connection is worth trying. */
export function diagnoseFile(path: string, file: SocketFile, platform: NodeJS.Platform): DaemonDiagnosis | undefined {
  const length = Buffer.byteLength(path)
  if (length > longestPath(platform)) {
    return {
      cause: 'path_too_long',
      seen: `has a path of ${length} bytes; a socket's path is at most ${longestPath(platform)}`,
    }
  }
  switch (file.kind) {
    case 'missing': {
      const link = file.linkTo === undefined ? '' : `: it is a link to ${file.linkTo}, which does not exist`
      return { cause: 'socket_missing', seen: `does not exist${link}` }
    }
    case 'no_folder':
      return { cause: 'folder_missing', seen: `does not exist, nor does its folder; the nearest is ${file.nearest}` }
    case 'folder':
      return { cause: 'socket_is_folder', seen: 'is a folder, not a socket' }
    case 'file':
    case 'other':
      return { cause: 'socket_is_file', seen: file.kind === 'file' ? 'is a file, not a socket' : 'is not a socket' }
    case 'hidden':
      return {
        cause: 'permission_denied',
        seen: `lies in the folder ${file.folder} (${describeOwner(file.owner)}), which this process may not enter`,
      }
    case 'socket':
      return undefined
  }
}

const isUnix = (endpoint: Endpoint): boolean => endpoint.address.kind === 'unix'

function hasCertificate(endpoint: Endpoint): boolean {
  const { address } = endpoint
  if (address.kind === 'dial' || address.tls === undefined) return false
  return existsSync(address.tls.cert) && existsSync(address.tls.key)
}

/** The first bytes of a TLS record of type `alert`: a TLS server's response to plain HTTP. */
const isTlsAlert = (packet: unknown): boolean => Buffer.isBuffer(packet) && packet[0] === 0x15 && packet[1] === 0x03

function diagnoseRefusal(endpoint: Endpoint, code: string): DaemonDiagnosis | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return isUnix(endpoint)
        ? { cause: 'socket_stale', seen: 'is a socket that no process listens on' }
        : { cause: 'connection_refused', seen: 'refuses connections: nothing listens on that port' }
    case 'EACCES':
    case 'EPERM':
      return { cause: 'permission_denied', seen: 'may not be opened by this process' }
    case 'ENOENT':
      return isUnix(endpoint) ? { cause: 'socket_missing', seen: 'does not exist' } : undefined
    case 'EPROTOTYPE':
      return { cause: 'not_docker', seen: 'is a socket of another kind, not a stream' }
    case 'EAGAIN':
      return { cause: 'not_answering', seen: 'takes no more connections: its queue is full' }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return { cause: 'host_not_found', seen: `has a host name that does not resolve (${code})` }
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
      return { cause: 'host_unreachable', seen: `cannot be reached (${code})` }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return { cause: 'connection_closed', seen: `accepts connections and closes them without an answer (${code})` }
    default:
      return undefined
  }
}

function diagnoseDial(code: string, message: string): DaemonDiagnosis {
  if (code === 'ENOENT') {
    return { cause: 'cli_missing', seen: 'needs the docker command, which is not installed or not in the PATH' }
  }
  return { cause: 'dial_failed', seen: `cannot be reached through the docker command: ${quote(message, 400)}` }
}

/** Diagnoses a failed request. */
export function diagnoseError(endpoint: Endpoint, error: RequestError): DaemonDiagnosis {
  const { cause, message } = error
  const { code = '', rawPacket, cert } = cause as Partial<TlsError> & { rawPacket?: unknown }
  if (cause instanceof TlsFileError && cause.obstacle !== undefined) {
    const { file, obstacle } = cause
    const whose = `Of ${obstacle}: ${ownerOf(obstacle)}. ${ownerCure(obstacle)}`
    return {
      cause: 'permission_denied',
      seen: `needs the TLS file ${file}, which ${thisUser()} may not read. ${whose}`,
    }
  }
  if (cause instanceof TlsFileError) {
    return cause.missing
      ? { cause: 'tls_files_missing', seen: `needs the TLS file ${cause.file}, which does not exist` }
      : { cause: 'tls_files_invalid', seen: `needs the TLS file ${cause.file}, which is unusable: ${quote(message)}` }
  }
  if (endpoint.address.kind === 'dial' && (code === 'ENOENT' || code === 'EDIAL')) return diagnoseDial(code, message)
  if (code.startsWith('HPE_')) {
    return isTlsAlert(rawPacket)
      ? { cause: 'tls_expected', seen: 'speaks TLS, and TLS is not switched on here' }
      : { cause: 'not_docker', seen: 'answers with something that is not HTTP' }
  }
  return (
    diagnoseTls({ code, message, cert }, hasCertificate(endpoint)) ??
    diagnoseRefusal(endpoint, code) ?? {
      cause: 'unreachable',
      seen: `cannot be reached: ${quote(message)}${code === '' || message.includes(code) ? '' : ` (${code})`}`,
    }
  )
}

/** Diagnoses a response that is not that of a ready daemon. */
export function diagnoseAnswer({ status, headers, body }: Answer): DaemonDiagnosis {
  const said = quote(body).replace(/\.$/, '')
  if (status === 400 && /HTTPS/i.test(body)) {
    return { cause: 'tls_expected', seen: `speaks TLS, and TLS is not switched on here: ${said}` }
  }
  if (headers['api-version'] !== undefined || status === 502 || status === 503 || status === 504) {
    return { cause: 'daemon_error', seen: `answers ${status}${said === '' ? '' : `: ${said}`}` }
  }
  const server = headers['server'] === undefined ? '' : ` (${quote(String(headers['server']), 80)})`
  return {
    cause: 'not_docker',
    seen: `is an HTTP server but not a Docker API${server}: it answers ${status} to /_ping`,
  }
}
