import { describeOwner } from './diagnosis.ts'
import type { HostState, User } from './host-state.ts'
import type { DaemonProcess } from './process-list.ts'

const STATES: Readonly<Record<DaemonProcess['state'], string>> = {
  runs: 'runs',
  stopped: 'is stopped by a signal (SIGSTOP)',
  blocked: 'is blocked in the kernel, waiting for a disk or a network file system',
  dead: 'has ended and was not reaped by its parent',
}

/** Maximum number to list; on a shared machine, more of them belong to others. */
const DAEMONS = 3

const describeUser = ({ uid, groups }: User): string => `uid ${uid}, groups ${groups.join(', ')}`

function describeDaemon({ pid, state, hosts }: DaemonProcess): string {
  const listens = hosts.length === 0 ? '' : `; configured to listen on ${hosts.join(', ')}`
  return `dockerd, process ${pid}, ${STATES[state]}${listens}`
}

/** Findings on the machine, one line each, for the log of a failed job. */
export function hostReport(host: HostState): string[] {
  const { file, user, daemons, log, killed, sockets, kubernetes } = host
  const owner = file?.kind === 'socket' || file?.kind === 'hidden' ? file.owner : undefined
  return [
    ...(owner === undefined ? [] : [`The ${file?.kind === 'hidden' ? 'folder' : 'socket'}: ${describeOwner(owner)}`]),
    `This process: ${describeUser(user)}`,
    ...(daemons.length === 0
      ? ['No dockerd is visible here: it has ended, or it runs in another container or on another machine']
      : daemons.slice(0, DAEMONS).map(describeDaemon)),
    ...(log?.lines.map((line) => `${log.file}: ${line}`) ?? []),
    ...killed.map(({ file, kills }) => `Killed because memory ran out: ${kills} (${file})`),
    ...(sockets.length === 0 ? [] : [`Other sockets: ${sockets.join(', ')}`]),
    ...(kubernetes ? ['This runner starts job containers as pods (ACTIONS_RUNNER_CONTAINER_HOOKS)'] : []),
  ]
}
