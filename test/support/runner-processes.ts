import { readdirSync, readFileSync } from 'node:fs'

/** One process as /proc shows it. */
export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  /** In clock ticks since boot; with the pid it names a process for good. */
  readonly startTime: string
  readonly argv: readonly string[]
}

/** Linux only; proc(5). */
export function processIds(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** Undefined where the process is gone, or dead and only not yet reaped. */
export function readProcess(pid: number): ProcessInfo | undefined {
  const stat = readProc(pid, 'stat')
  // The name, in brackets, may itself hold blanks and brackets.
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startTime = rest[17]
  if (state === undefined || startTime === undefined || state === 'Z' || state === 'X') return undefined
  return { pid, parent: Number(parent), startTime, argv: readProc(pid, 'cmdline').split('\0').slice(0, -1) }
}

/** Whether a process was started with `text` in its environment. Never true for other users' processes. */
export function hasInEnvironment(pid: number, text: string): boolean {
  return readProc(pid, 'environ').includes(text)
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** All processes of one step: its root, what they start, and whatever carries `marker` in its environment. */
export class ProcessTree {
  /** Every command line seen so far, arguments separated by NUL. */
  readonly commandLines = new Set<string>()
  readonly #marker: string
  readonly #members = new Map<number, ProcessInfo>()
  #foreign = new Set<number>()

  constructor(root: number, marker: string) {
    this.#marker = marker
    const info = readProcess(root)
    if (info !== undefined) this.#members.set(root, info)
  }

  /** Looks at all processes once. Children of members and carriers of the marker become members. */
  look(): void {
    const ids = processIds()
    const foreign = new Set<number>()
    for (const pid of ids) {
      if (this.#foreign.has(pid)) foreign.add(pid)
      else if (!this.#see(pid)) foreign.add(pid)
    }
    this.#foreign = foreign
  }

  /** The members that still live, but for the root. */
  survivors(root: number): ProcessInfo[] {
    this.look()
    return [...this.#members.keys()].flatMap((pid) => {
      const now = pid === root ? undefined : readProcess(pid)
      return now !== undefined && now.startTime === this.#members.get(pid)?.startTime ? [now] : []
    })
  }

  /** Whether the process belongs to the step. */
  #see(pid: number): boolean {
    const now = readProcess(pid)
    if (now === undefined) return this.#members.has(pid)
    const known = this.#members.get(pid)
    const mine =
      known?.startTime === now.startTime || this.#members.has(now.parent) || hasInEnvironment(pid, this.#marker)
    if (!mine) return false
    this.#members.set(pid, now)
    this.commandLines.add(now.argv.join('\0'))
    return true
  }
}
