import { describe, expect, it } from 'vitest'
import { DAEMON_CAUSES, type DaemonCause } from '../../src/docker-daemon/cause.ts'
import { HINTS, hintFor } from '../../src/docker-daemon/hint.ts'
import { hostReport } from '../../src/docker-daemon/host-report.ts'
import { groupsOf, type HostState } from '../../src/docker-daemon/host-state.ts'

const SCENE: HostState = {
  file: { kind: 'missing' },
  user: { uid: 1001, groups: [1001, 121] },
  daemons: [],
  log: undefined,
  killed: [],
  sockets: [],
  kubernetes: false,
}

const URL = 'unix:///var/run/docker.sock'
const hint = (cause: DaemonCause, changes: Partial<HostState> = {}) => hintFor(cause, { ...SCENE, ...changes }, URL)
const socket = (gid: number, mode: number) => ({ kind: 'socket', owner: { uid: 0, gid, mode }, identity: '' }) as const
const dockerd = { pid: 42, state: 'runs', hosts: ['unix:///run/other.sock'], logFile: undefined } as const

describe('hintFor', () => {
  it('has one for every cause, in whole sentences', () => {
    for (const cause of Object.keys(DAEMON_CAUSES) as DaemonCause[]) {
      expect(hint(cause), cause).toMatch(/^[A-Z].*\.$/)
      expect(hint(cause), cause).not.toContain('\n')
    }
    expect(new Set(Object.values(HINTS)).size).toBe(Object.keys(DAEMON_CAUSES).length)
  })

  it('names the group of a socket that may not be opened', () => {
    expect(hint('permission_denied', { file: socket(999, 0o660) })).toBe(
      'The socket belongs to uid 0, gid 999, mode 0660; this process is uid 1001 with the groups 1001, 121. Add the group 999 to this user (in a pod: supplementalGroups: [999]), or start dockerd with --group and a group that it has.',
    )
    expect(hint('permission_denied', { file: socket(0, 0o660) })).not.toContain('Add the group')
    expect(hint('permission_denied', { file: socket(999, 0o600) })).not.toContain('Add the group')
    const file = { kind: 'hidden', owner: { uid: 0, gid: 0, mode: 0o700 }, folder: '/run/user/0' } as const
    expect(hint('permission_denied', { file })).toMatch(/enter the folder \/run\/user\/0/)
  })

  it('knows who only has to start again, and who is in a container', () => {
    const user = { uid: 1001, groups: [1001], later: [999] }
    expect(hint('permission_denied', { file: socket(999, 0o660), user })).toMatch(
      / \/etc\/group has this user in the group 999, and this process was started before that: restart the runner\.$/,
    )
    expect(hint('permission_denied', { file: socket(999, 0o660), jobContainer: true })).toMatch(
      / Give the container of this job the group: 'options: --group-add 999'\.$/,
    )
    expect(hint('permission_denied', { file: socket(0, 0o600), open: ['/run/user/1001/docker.sock'] })).toMatch(
      / This user may open \/run\/user\/1001\/docker\.sock: set DOCKER_HOST=unix:\/\/\/run\/user\/1001\/docker\.sock if/,
    )
    expect(hint('permission_denied', { file: undefined })).toMatch(/a user who may read the file\.$/)
  })

  it('reads the groups of a user from /etc/group', () => {
    const lines = (text: string) => text.split('\n').map((line) => line.split(':'))
    const passwd = lines('root:x:0:0::/root:\nrunner:x:1001:1001::/home/runner:')
    const group = lines('docker:x:999:other,runner\nadm:x:4:runner2\nrunner:x:1001:')
    expect(groupsOf(1001, passwd, group)).toEqual([999])
    expect(groupsOf(7, passwd, group)).toEqual([])
  })

  it('names a daemon or a socket at another place', () => {
    expect(hint('socket_missing', { daemons: [dockerd] })).toMatch(/^A dockerd here listens on unix:\/\/\/run\/other/)
    expect(hint('socket_missing', { daemons: [{ ...dockerd, hosts: [URL] }] })).not.toMatch(/listens on/)
    expect(hint('folder_missing', { sockets: ['/run/docker/docker.sock'] })).toMatch(
      /set DOCKER_HOST=unix:\/\/\/run\/docker\/docker\.sock/,
    )
    expect(hint('not_answering', { sockets: ['/run/docker/docker.sock'] })).toBe(HINTS.not_answering)
  })

  it('says what was killed, what is stopped, and where there is no Docker by design', () => {
    expect(hint('connection_closed', { killed: [{ file: '/f', kills: 1 }] })).toMatch(/^Processes .*killed/)
    expect(hint('not_answering', { daemons: [{ ...dockerd, state: 'stopped' }] })).toMatch(/kill -CONT 42/)
    expect(hint('socket_missing', { kubernetes: true })).toMatch(/no Docker by design/)
  })
})

describe('hostReport', () => {
  it('says who we are and that there is no daemon', () => {
    expect(hostReport(SCENE)).toEqual([
      'This process: uid 1001, groups 1001, 121',
      'No dockerd is visible here: it has ended, or it runs in another container or on another machine',
    ])
  })

  it('says everything that can be seen', () => {
    const scene: HostState = {
      ...{ file: socket(999, 0o660), user: SCENE.user, daemons: [{ ...dockerd, state: 'stopped' }], kubernetes: true },
      ...{ log: { file: '/var/log/dockerd.log', lines: ['failed to start daemon: x'] }, sockets: ['/run/a.sock'] },
      killed: [{ file: '/sys/fs/cgroup/memory.events', kills: 2 }],
    }
    expect(hostReport(scene)).toEqual([
      'The socket: uid 0, gid 999, mode 0660',
      'This process: uid 1001, groups 1001, 121',
      'dockerd, process 42, is stopped by a signal (SIGSTOP); configured to listen on unix:///run/other.sock',
      '/var/log/dockerd.log: failed to start daemon: x',
      'Killed because memory ran out: 2 (/sys/fs/cgroup/memory.events)',
      'Other sockets: /run/a.sock',
      'This runner starts job containers as pods (ACTIONS_RUNNER_CONTAINER_HOOKS)',
    ])
  })
})
