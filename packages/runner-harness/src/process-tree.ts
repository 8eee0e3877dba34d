import { existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process as shown in /proc. */
export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  /** In clock ticks since boot; together with the PID it identifies a process uniquely. */
  readonly startTime: string
  readonly argv: readonly string[]
}

/** Interval between full scans of /proc in ms; the others inspect only members and new processes. */
const FULL_LOOK = 50
/** Interval between inspections of older members in ms; a young one may be about to call exec. */
const MEMBER_LOOK = 20
/** How long a member counts as young, in ms. */
const YOUNG = 20
/** If there are more new PIDs than this, a full scan is cheaper. */
const MANY = 50

/** Whether this system has /proc, as described in proc(5); without it, no process is ever found. */
export const HAS_PROC = existsSync('/proc/self/stat')

function processIds(): number[] {
  if (!HAS_PROC) return []
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** Undefined if the process has exited, even if it has not been reaped yet. */
export function readProcess(pid: number): ProcessInfo | undefined {
  const stat = readProc(`${pid}/stat`)
  // The name in parentheses may itself contain spaces and parentheses.
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startTime = rest[17]
  if (state === undefined || startTime === undefined || state === 'Z' || state === 'X') return undefined
  return { pid, parent: Number(parent), startTime, argv: readProc(`${pid}/cmdline`).split('\0').slice(0, -1) }
}

/** Whether a process was started with `text` in its environment. Never true for processes of other users. */
function hasInEnvironment(pid: number, text: string): boolean {
  return readProc(`${pid}/environ`).includes(text)
}

function runsIn(pid: number, folder: string): boolean {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`)
  } catch {
    return false
  }
}

/** All processes that were started with `text` in their environment. */
export function processesWith(text: string): ProcessInfo[] {
  return processIds()
    .filter((pid) => hasInEnvironment(pid, text))
    .flatMap((pid) => readProcess(pid) ?? [])
}

/** Sends SIGKILL and waits until the process is gone. A different process with the same PID is not touched. */
export async function killProcess({ pid, startTime }: ProcessInfo): Promise<void> {
  while (readProcess(pid)?.startTime === startTime) {
    process.kill(pid, 'SIGKILL')
    await sleep(5)
  }
}

const loadAverage = HAS_PROC ? openSync('/proc/loadavg', 'r') : undefined
const loadText = Buffer.alloc(64)

/**
 * The most recently assigned ID, which may be that of a thread. Costs one system call, because it is queried most
 * often.
 */
export function newestId(): number {
  if (loadAverage === undefined) return 0
  const length = readSync(loadAverage, loadText, 0, loadText.length, 0)
  return Number(loadText.toString('latin1', loadText.lastIndexOf(' ', length) + 1, length))
}

function isThread(id: number): boolean {
  return /^Tgid:\s*(\d+)$/m.exec(readProc(`${id}/status`))?.[1] !== String(id)
}

function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** How to recognize the processes of a step. */
export interface ProcessMark {
  readonly root: number
  /** Text that occurs only in their environment. */
  readonly environment: string
  /**
   * Their working directory. An orphan in it belongs to them too, if its environment was cleared before it could be
   * inspected.
   */
  readonly folder: string
}

/** All processes of one step: its root, its descendants, and every process with the mark. */
export class ProcessTree {
  /** Every command line seen so far, arguments separated by NUL. */
  readonly commandLines = new Set<string>()
  readonly #mark: ProcessMark
  readonly #members = new Map<number, ProcessInfo>()
  /** When each member was first seen. */
  readonly #since = new Map<number, number>()
  #foreign = new Set<number>()
  #newest = 0
  #lookedAtAll = Number.NEGATIVE_INFINITY
  #lookedAtMembers = Number.NEGATIVE_INFINITY

  constructor(mark: ProcessMark) {
    this.#mark = mark
    const info = readProcess(mark.root)
    if (info !== undefined) this.#members.set(mark.root, info)
    this.#since.set(mark.root, performance.now())
  }

  /** @param newest the most recently assigned ID */
  look(newest: number): void {
    const before = this.#newest
    this.#newest = newest
    const fresh = this.#newest - before
    const now = performance.now()
    if (now - this.#lookedAtAll >= FULL_LOOK || fresh < 0 || fresh > MANY) {
      this.#lookedAtAll = now
      this.#lookAtAll()
      return
    }
    const atAllMembers = now - this.#lookedAtMembers >= MEMBER_LOOK
    if (atAllMembers) this.#lookedAtMembers = now
    for (const [pid, since] of this.#since) if (atAllMembers || now - since <= YOUNG) this.#see(pid)
    for (let id = before + 1; id <= newest; id++) if (!isThread(id)) this.#see(id)
  }

  /** Members that are still alive, except the root. */
  survivors(): ProcessInfo[] {
    this.#lookAtAll()
    return [...this.#members.values()].filter(({ pid }) => pid !== this.#mark.root)
  }

  #lookAtAll(): void {
    const foreign = new Set<number>()
    for (const pid of new Set([...processIds(), ...this.#members.keys()])) {
      if (this.#foreign.has(pid) || !this.#see(pid)) foreign.add(pid)
    }
    this.#foreign = foreign
  }

  /** Whether the process is alive and belongs to the step. Reads its argv again, because it may have called exec. */
  #see(pid: number): boolean {
    const now = readProcess(pid)
    const mine = now !== undefined && this.#owns(now)
    if (!mine) this.#since.delete(pid)
    else if (now.startTime !== this.#members.get(pid)?.startTime) this.#since.set(pid, performance.now())
    if (mine) this.#members.set(pid, now)
    else this.#members.delete(pid)
    if (mine && now.argv.length > 0) this.commandLines.add(now.argv.join('\0'))
    return mine
  }

  #owns({ pid, parent, startTime }: ProcessInfo): boolean {
    const { environment, folder } = this.#mark
    if (this.#members.get(pid)?.startTime === startTime || this.#members.has(parent)) return true
    if (hasInEnvironment(pid, environment)) return true
    return runsIn(pid, folder) && !runsIn(parent, folder) && !hasInEnvironment(pid, 'RUNNER_TRACKING_ID=')
  }
}
