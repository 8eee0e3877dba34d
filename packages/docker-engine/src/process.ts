import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { KeeperOrder, KeeperReport } from './keeper.ts'

/** dockerd under its keeper. */
export interface EngineProcess {
  /** PID of dockerd, once it was started. */
  readonly pid: Promise<number>
  /** How dockerd exited and the end of its log, if it has exited. */
  ended(): string | undefined
  /** Lets this process exit without waiting for the keeper, which then stops dockerd by itself. */
  release(): void
  /** Stops dockerd and waits until nothing of it is left. */
  stop(): Promise<void>
}

export function startProcess(order: KeeperOrder): EngineProcess {
  const script = join(import.meta.dirname, 'keeper.ts')
  // A separate session: Ctrl-C in a terminal must not reach dockerd before the keeper.
  const keeper = spawn(process.execPath, [script, JSON.stringify(order)], { cwd: '/', detached: true, stdio: 'pipe' })
  const closed = once(keeper, 'close')
  let stderr = ''
  keeper.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  keeper.stdin.on('error', () => {})

  let end: string | undefined
  const started = Promise.withResolvers<number>()
  createInterface({ input: keeper.stdout }).on('line', (line) => {
    const report = JSON.parse(line) as KeeperReport
    if ('pid' in report) started.resolve(report.pid)
    else end = `${report.exit}\n${report.log}`
  })
  closed.then(() => started.reject(new Error(`dockerd was not started. ${end ?? stderr}`)), started.reject)
  started.promise.catch(() => {})

  return {
    pid: started.promise,
    ended: () => end,
    release: () => hold(keeper, 'unref'),
    stop: async () => {
      hold(keeper, 'ref')
      keeper.stdin.end()
      await closed
      if (keeper.exitCode !== 0) throw new Error(`Cannot clean up ${order.folder}: ${stderr || keeper.signalCode}`)
    },
  }
}

/** Pipes to a child keep a process alive just as the child does. */
function hold(child: ChildProcess, how: 'ref' | 'unref'): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) (handle as unknown as ChildProcess)[how]()
}
