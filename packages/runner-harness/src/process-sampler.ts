import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { newestId, type ProcessInfo, type ProcessMark, ProcessTree } from './process-tree.ts'

/** What the worker is told: to begin to watch a step, or to report and stop. */
export type Request =
  | { readonly kind: 'watch'; readonly step: string; readonly mark: ProcessMark }
  | { readonly kind: 'report'; readonly step: string; readonly graceMs: number }

/** What it saw of one step. */
export interface Report {
  readonly step: string
  /** Each distinct argument list. */
  readonly argv: readonly (readonly string[])[]
  /** Processes of the step that outlive it. */
  readonly survivors: readonly ProcessInfo[]
}

/** Milliseconds between two looks. Of a process that lives shorter the arguments can be missed. */
const INTERVAL = Number(workerData ?? 0.5)

const port = parentPort
if (port === null) throw new Error('runner-sampler.ts is a worker.')

const trees = new Map<string, ProcessTree>()
/** Step to the time at which a report is due even if processes still live. */
const due = new Map<string, number>()
const never = new Int32Array(new SharedArrayBuffer(4))

port.on('message', (request: Request) => {
  accept(request)
  while (trees.size > 0) {
    const next: { message: Request } | undefined = receiveMessageOnPort(port)
    if (next !== undefined) accept(next.message)
    const newest = newestId()
    for (const tree of trees.values()) tree.look(newest)
    for (const step of due.keys()) report(step)
    // A timer of the event loop waits for a whole millisecond at least.
    Atomics.wait(never, 0, 0, INTERVAL)
  }
})
port.postMessage('ready')

function accept(request: Request): void {
  if (request.kind === 'watch') trees.set(request.step, new ProcessTree(request.mark))
  else due.set(request.step, Date.now() + request.graceMs)
}

/** Processes that are just about to end get the grace to do so. */
function report(step: string): void {
  const tree = trees.get(step)
  const survivors = tree?.survivors() ?? []
  if (survivors.length > 0 && Date.now() < (due.get(step) ?? 0)) return
  due.delete(step)
  trees.delete(step)
  const argv = [...(tree?.commandLines ?? [])].map((line) => line.split('\0'))
  port?.postMessage({ step, argv, survivors } satisfies Report)
}
