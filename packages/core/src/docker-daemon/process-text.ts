import { join } from 'node:path'
import { decodePath } from '../base/mount-table.ts'

/** The state of a process in /proc: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export type ProcessState = 'runs' | 'stopped' | 'blocked' | 'dead'

export interface MemoryEvents {
  readonly file: string
  readonly kills: number
}

/** The state in /proc/PID/stat; the name before it is in parentheses and may contain anything. */
export function stateOf(stat: string): ProcessState {
  switch (stat.slice(stat.lastIndexOf(')') + 2)[0]) {
    case 'T':
    case 't':
      return 'stopped'
    case 'D':
      return 'blocked'
    case 'Z':
    case 'X':
      return 'dead'
    default:
      return 'runs'
  }
}

/** The hosts on which a dockerd listens according to its arguments. */
export function hostsOf(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (arg === '-H' || arg === '--host') return args[index + 1] ?? []
    return /^(?:--host=|-H=?)(.+)$/.exec(arg)?.[1] ?? []
  })
}

/**
 * The files that count OOM kills for a process, from its /proc/PID/cgroup: those of cgroup v2 and v1. A container may
 * see its own group at the root of the file system, but the group's outside name in the file.
 */
export function memoryFiles(cgroup: string): string[] {
  const [, v2] = /^0::(.*)$/m.exec(cgroup) ?? []
  const [, v1] = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(cgroup) ?? []
  return [
    ...(v1 === undefined ? [] : [v1, '/'].map((path) => join('/sys/fs/cgroup/memory', path, 'memory.oom_control'))),
    ...(v2 === undefined ? [] : [v2, '/'].map((path) => join('/sys/fs/cgroup', path, 'memory.events'))),
  ]
}

/** The count of `oom_kill` in such a file. */
export function oomKills(events: string): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(events)?.[1]
  return count === undefined ? undefined : Number(count)
}

/** Whether the mount table (/proc/self/mountinfo) has something mounted at exactly this path. */
export function isMounted(mountinfo: string, path: string): boolean {
  const points = mountinfo.split('\n').map((line) => line.split(' ')[4] ?? '')
  return points.some((point) => decodePath(point) === path)
}

/** The most informative lines of a dockerd's log: the last errors, otherwise the last line. */
export function tellingLines(log: string, count: number): string[] {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const errors = lines.filter((line) => /level=(error|fatal)|^(failed|unable|panic|fatal|error)\b/i.test(line))
  return (errors.length > 0 ? errors : lines).slice(-count)
}
