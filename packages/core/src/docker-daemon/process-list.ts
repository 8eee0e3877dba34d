import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { hostsOf, type MemoryEvents, memoryFiles, oomKills, type ProcessState, stateOf } from './process-text.ts'

/** A dockerd that is visible to this process. */
export interface DaemonProcess {
  readonly pid: number
  readonly state: ProcessState
  /** The values of its `-H` options; empty if they are in its configuration file. */
  readonly hosts: readonly string[]
  /** The file that its output is redirected to, if any. */
  readonly logFile: string | undefined
}

/** How much of the end of a log is read, in bytes. */
const TAIL = 64 * 1024

const read = (file: string): string => tryOrUndefined(() => readFileSync(file, 'utf8')) ?? ''

function logFileOf(pid: string): string | undefined {
  for (const descriptor of ['2', '1']) {
    const file = tryOrUndefined(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`))
    if (file?.startsWith('/') && tryOrUndefined(() => statSync(file))?.isFile()) return file
  }
  return undefined
}

/** Every dockerd in the same PID namespace; none on systems without /proc. */
export function listDaemons(): DaemonProcess[] {
  return (tryOrUndefined(() => readdirSync('/proc')) ?? [])
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/comm`).trim() === 'dockerd')
    .map((pid) => ({
      pid: Number(pid),
      state: stateOf(read(`/proc/${pid}/stat`)),
      hosts: hostsOf(read(`/proc/${pid}/cmdline`).split('\0')),
      logFile: logFileOf(pid),
    }))
}

/** The last bytes of a file, starting at a line; empty if it cannot be read. */
export function tailOf(file: string): string {
  const descriptor = tryOrUndefined(() => openSync(file, 'r'))
  if (descriptor === undefined) return ''
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, TAIL))
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    const text = buffer.toString('utf8', 0, length)
    return size > TAIL ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    closeSync(descriptor)
  }
}

/** The number of processes that the OOM killer killed in the cgroup of `pid`, or in ours. */
export function oomKillsOf(pid: number | 'self'): MemoryEvents | undefined {
  for (const file of memoryFiles(read(`/proc/${pid}/cgroup`))) {
    const kills = oomKills(read(file))
    if (kills !== undefined) return { file, kills }
  }
  return undefined
}

/** The mount table of this process. */
export const readMounts = (): string => read('/proc/self/mountinfo')
