import type { Environment } from '../environment.ts'
import { type Address, type Endpoint, parseHost } from './endpoint.ts'
import { type DaemonProcess, listDaemons, oomKillsOf, tailOf } from './process-list.ts'
import { type MemoryEvents, tellingLines } from './process-text.ts'
import { quote } from './quote.ts'
import { otherSockets } from './resolve.ts'
import { lookAt, type SocketFile } from './socket-file.ts'

/** What this machine shows about a daemon that is not ready. */
export interface Scene {
  /** What lies at the path of the socket; `undefined` for endpoints without one. */
  readonly file: SocketFile | undefined
  readonly user: User
  readonly daemons: readonly DaemonProcess[]
  /** The telling lines of dockerd's log. */
  readonly log: { readonly file: string; readonly lines: readonly string[] } | undefined
  /** Control groups, a dockerd's and ours, in which processes were killed for want of memory. */
  readonly killed: readonly MemoryEvents[]
  /** Sockets at the other known places. */
  readonly sockets: readonly string[]
  /** Whether the runner starts job containers as Kubernetes pods. */
  readonly kubernetes: boolean
}

export interface User {
  readonly uid: number
  readonly groups: readonly number[]
}

/** Where images and service managers put the log of a dockerd that does not write to its container's. */
const LOG_FILES = ['/var/log/dockerd.log', '/var/log/docker.log', '/var/log/docker/dockerd.log', '/tmp/dockerd.log']

const LOG_LINES = 3

export const currentUser = (): User => ({
  uid: process.getuid?.() ?? 0,
  groups: [...new Set([process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])])],
})

function findLog(daemon: DaemonProcess | undefined): Scene['log'] {
  for (const file of [...(daemon?.logFile === undefined ? [] : [daemon.logFile]), ...LOG_FILES]) {
    const lines = tellingLines(tailOf(file), LOG_LINES).map((line) => quote(line, 400))
    if (lines.length > 0) return { file, lines }
  }
  return undefined
}

/** Whether a dockerd that listens on `host` is the one at the address. */
function serves(host: string, address: Address): boolean {
  const listened = parseHost(host, undefined, [])
  if (typeof listened === 'string' || listened.kind !== address.kind) return false
  if (listened.kind === 'unix' && address.kind === 'unix') return listened.path === address.path
  return listened.kind === 'tcp' && address.kind === 'tcp' && listened.port === address.port
}

export function lookAround({ address }: Endpoint, env: Environment): Scene {
  const path = address.kind === 'unix' ? address.path : undefined
  const user = currentUser()
  const all = listDaemons()
  const ours = all.filter(({ hosts }) => hosts.some((host) => serves(host, address)))
  const daemons = ours.length > 0 ? ours : all
  const killed = [oomKillsOf('self'), ...daemons.map(({ pid }) => oomKillsOf(pid))]
    .filter((events) => events !== undefined)
    .filter(({ kills }) => kills > 0)
  return {
    file: path === undefined ? undefined : lookAt(path),
    user,
    daemons,
    // The log of one among several that have nothing to do with it would mislead.
    log: findLog(daemons.length === 1 ? daemons[0] : undefined),
    killed: [...new Map(killed.map((events) => [events.file, events])).values()],
    sockets: otherSockets(env, user.uid, path ?? ''),
    kubernetes: Boolean(env['ACTIONS_RUNNER_CONTAINER_HOOKS']),
  }
}
