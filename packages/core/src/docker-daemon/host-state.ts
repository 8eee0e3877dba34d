import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import type { Environment } from '../base/environment.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { type Address, type Endpoint, parseHost } from './endpoint.ts'
import { type DaemonProcess, listDaemons, oomKillsOf, tailOf } from './process-list.ts'
import { type MemoryEvents, tellingLines } from './process-text.ts'
import { quote } from './quote.ts'
import { otherSockets } from './resolve.ts'
import { lookAt, type SocketFile } from './socket-file.ts'

/** Findings on this machine about a daemon that is not ready. */
export interface HostState {
  /** What exists at the path of the socket; `undefined` for endpoints without one. */
  readonly file: SocketFile | undefined
  readonly user: User
  readonly daemons: readonly DaemonProcess[]
  /** The most informative lines of dockerd's log. */
  readonly log: { readonly file: string; readonly lines: readonly string[] } | undefined
  /** Cgroups, of a dockerd and of this process, in which the OOM killer was active. */
  readonly killed: readonly MemoryEvents[]
  /** Sockets at other well-known paths. */
  readonly sockets: readonly string[]
  /** Those that this user may open. */
  readonly open?: readonly string[]
  /** Whether this is the job's `container:`. */
  readonly jobContainer?: boolean
  /** Whether the runner starts job containers as Kubernetes pods. */
  readonly kubernetes: boolean
}

export interface User {
  readonly uid: number
  readonly groups: readonly number[]
  /** Groups of the user in /etc/group that this process does not have, because it was started earlier. */
  readonly later?: readonly number[]
}

/** Where images and service managers store the log of a dockerd that does not write to its container's log. */
const LOG_FILES = ['/var/log/dockerd.log', '/var/log/docker.log', '/var/log/docker/dockerd.log', '/tmp/dockerd.log']

const LOG_LINES = 3

const linesOf = (file: string): string[][] =>
  (tryOrUndefined(() => readFileSync(file, 'utf8')) ?? '').split('\n').map((line) => line.split(':'))

/** The groups of a user in /etc/group: https://man7.org/linux/man-pages/man5/group.5.html */
export function groupsOf(uid: number, passwd: readonly string[][], group: readonly string[][]): number[] {
  const name = passwd.find(([, , id]) => id === String(uid))?.[0]
  return group
    .filter(([, , , members = '']) => members.split(',').includes(name ?? ':'))
    .map(([, , gid]) => Number(gid))
}

export function currentUser(): User {
  const uid = process.getuid?.() ?? 0
  const groups = [...new Set([process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])])]
  const all = groupsOf(uid, linesOf('/etc/passwd'), linesOf('/etc/group'))
  return { uid, groups, later: all.filter((gid) => !groups.includes(gid)) }
}

/** Where the runner mounts its Node and its work folder: ContainerInfo.cs in https://github.com/actions/runner */
export const isJobContainer = (): boolean => existsSync('/__e') && existsSync('/__w')

function findLog(daemon: DaemonProcess | undefined): HostState['log'] {
  for (const file of [...(daemon?.logFile === undefined ? [] : [daemon.logFile]), ...LOG_FILES]) {
    const lines = tellingLines(tailOf(file), LOG_LINES).map((line) => quote(line, 400))
    if (lines.length > 0) return { file, lines }
  }
  return undefined
}

/** Whether a dockerd that listens on `host` serves the address. */
function serves(host: string, address: Address): boolean {
  const listened = parseHost(host, undefined, [])
  if (typeof listened === 'string' || listened.kind !== address.kind) return false
  if (listened.kind === 'unix' && address.kind === 'unix') return listened.path === address.path
  return listened.kind === 'tcp' && address.kind === 'tcp' && listened.port === address.port
}

export function inspectHost({ address }: Endpoint, env: Environment): HostState {
  const path = address.kind === 'unix' ? address.path : undefined
  const user = currentUser()
  const all = listDaemons()
  const ours = all.filter(({ hosts }) => hosts.some((host) => serves(host, address)))
  const daemons = ours.length > 0 ? ours : all
  const sockets = otherSockets(env, user.uid, path ?? '')
  const killed = [oomKillsOf('self'), ...daemons.map(({ pid }) => oomKillsOf(pid))]
    .filter((events) => events !== undefined)
    .filter(({ kills }) => kills > 0)
  return {
    file: path === undefined ? undefined : lookAt(path),
    user,
    daemons,
    // If there are several, the log of an unrelated one would mislead.
    log: findLog(daemons.length === 1 ? daemons[0] : undefined),
    killed: [...new Map(killed.map((events) => [events.file, events])).values()],
    sockets,
    open: sockets.filter((each) => tryOrUndefined(() => accessSync(each, constants.R_OK | constants.W_OK) ?? true)),
    jobContainer: isJobContainer(),
    kubernetes: Boolean(env['ACTIONS_RUNNER_CONTAINER_HOOKS']),
  }
}
