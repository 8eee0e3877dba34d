import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { newestId, type ProcessInfo, type ProcessMark, ProcessTree } from './process-tree.ts'

/** Messages to the worker: start to watch a step, or report and stop. */
export type Request =
  | { readonly kind: 'watch'; readonly step: string; readonly mark: ProcessMark }
  | { readonly kind: 'report'; readonly step: string; readonly graceMs: number }

/** What it observed for one step. */
export interface Report {
  readonly step: string
  /** Each distinct argument list. */
  readonly argv: readonly (readonly string[])[]
  /** Processes of the step that outlive it. */
  readonly survivors: readonly ProcessInfo[]
}

/** Sampling interval in ms. The arguments of shorter-lived processes can be missed. */
const INTERVAL = Number(workerData ?? 0.5)

const port = parentPort
if (port === null) throw new Error('runner-sampler.ts is a worker.')

const trees = new Map<string, ProcessTree>()
/** Maps a step to the time at which its report is due even if processes are still alive. */
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
    // A timer of the event loop waits at least one millisecond.
    Atomics.wait(never, 0, 0, INTERVAL)
  }
})
port.postMessage('ready')

function accept(request: Request): void {
  if (request.kind === 'watch') trees.set(request.step, new ProcessTree(request.mark))
  else due.set(request.step, Date.now() + request.graceMs)
}

/** Processes that are about to exit get a grace period. */
function report(step: string): void {
  const tree = trees.get(step)
  const survivors = tree?.survivors() ?? []
  if (survivors.length > 0 && Date.now() < (due.get(step) ?? 0)) return
  due.delete(step)
  trees.delete(step)
  const argv = [...(tree?.commandLines ?? [])].map((line) => line.split('\0'))
  port?.postMessage({ step, argv, survivors } satisfies Report)
}
