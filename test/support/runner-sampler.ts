import { parentPort } from 'node:worker_threads'
import { type ProcessInfo, ProcessTree } from './runner-processes.ts'

/** What the worker is told: to begin to watch a step, or to report and stop. */
export type Request =
  | { readonly kind: 'watch'; readonly marker: string; readonly root: number }
  | { readonly kind: 'report'; readonly marker: string; readonly root: number; readonly graceMs: number }

/** What it saw of one step. */
export interface Report {
  readonly marker: string
  /** Each distinct argument list. */
  readonly argv: readonly (readonly string[])[]
  /** Processes of the step that outlive it. */
  readonly survivors: readonly ProcessInfo[]
}

/** Milliseconds between two looks. A process that lives shorter can be missed. */
const INTERVAL = 2

const trees = new Map<string, ProcessTree>()
let timer: NodeJS.Timeout | undefined

parentPort?.on('message', (request: Request) => {
  if (request.kind === 'watch') {
    trees.set(request.marker, new ProcessTree(request.root, request.marker))
    timer ??= setInterval(() => {
      for (const tree of trees.values()) tree.look()
    }, INTERVAL)
  } else report(request, Date.now() + request.graceMs)
})
parentPort?.postMessage('ready')

/** Processes that are just about to end get the grace to do so. */
function report(request: Request & { kind: 'report' }, deadline: number): void {
  const { marker, root } = request
  const tree = trees.get(marker) ?? new ProcessTree(root, marker)
  const survivors = tree.survivors(root)
  if (survivors.length > 0 && Date.now() < deadline) {
    setTimeout(report, 20, request, deadline)
    return
  }
  trees.delete(marker)
  if (trees.size === 0) {
    clearInterval(timer)
    timer = undefined
  }
  const argv = [...tree.commandLines].map((line) => line.split('\0'))
  parentPort?.postMessage({ marker, argv, survivors } satisfies Report)
}
