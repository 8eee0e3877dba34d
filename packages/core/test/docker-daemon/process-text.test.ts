import { describe, expect, it } from 'vitest'
import {
  hostsOf,
  isMounted,
  memoryFiles,
  oomKills,
  stateOf,
  tellingLines,
} from '../../src/docker-daemon/process-text.ts'

describe('what /proc says', () => {
  it.each([
    ['12 (dockerd) S 1 12', 'runs'],
    ['12 (dockerd) R 1 12', 'runs'],
    ['12 (a) T) T 1 12', 'stopped'],
    ['12 (dockerd) D 1 12', 'blocked'],
    ['12 (dockerd) Z 1 12', 'dead'],
    ['', 'runs'],
  ])('state of %s', (stat, state) => expect(stateOf(stat)).toBe(state))

  it('hosts of a dockerd', () => {
    expect(
      hostsOf([
        'dockerd',
        '-H',
        'unix:///a',
        '--host=tcp://b:1',
        '--host',
        'fd://',
        '-Hunix:///c',
        '-H=unix:///d',
        '--debug',
      ]),
    ).toEqual(['unix:///a', 'tcp://b:1', 'fd://', 'unix:///c', 'unix:///d'])
    expect(hostsOf(['dockerd'])).toEqual([])
  })

  it('kills for want of memory', () => {
    expect(oomKills('low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n')).toBe(2)
    expect(oomKills('oom_kill_disable 0\nunder_oom 0\noom_kill 1\n')).toBe(1)
    expect(oomKills('')).toBeUndefined()
    expect(memoryFiles('0::/kubepods/a\n')).toEqual([
      '/sys/fs/cgroup/kubepods/a/memory.events',
      '/sys/fs/cgroup/memory.events',
    ])
    expect(memoryFiles('5:devices:/\n4:memory:/docker/b\n0::/\n').slice(0, 2)).toEqual([
      '/sys/fs/cgroup/memory/docker/b/memory.oom_control',
      '/sys/fs/cgroup/memory/memory.oom_control',
    ])
    expect(memoryFiles('')).toEqual([])
  })

  it('mounts of their own', () => {
    const table = [
      '22 1 0:20 / /proc rw,nosuid shared:12 - proc proc rw',
      '36 25 0:24 /docker.sock /run/docker.sock rw - tmpfs tmpfs rw',
      '37 25 0:24 / /run/with\\040space rw - tmpfs tmpfs rw',
    ].join('\n')
    expect(isMounted(table, '/run/docker.sock')).toBe(true)
    expect(isMounted(table, '/run/with space')).toBe(true)
    expect(isMounted(table, '/run')).toBe(false)
  })

  it('the telling lines of a log', () => {
    const log = ['level=info msg=a', 'level=error msg=b', 'level=info msg=c', 'failed to start daemon: d', '', 'e']
    expect(tellingLines(log.join('\n'), 3)).toEqual(['level=error msg=b', 'failed to start daemon: d'])
    expect(tellingLines('a\nb\nc\n', 2)).toEqual(['b', 'c'])
    expect(tellingLines('\n', 2)).toEqual([])
  })
})
