import { Worker } from 'node:worker_threads'
import type { Report, Request } from './process-sampler.ts'
import type { ProcessMark } from './process-tree.ts'

/** Grace period for processes to exit after their step, in ms. */
const GRACE = 500

/** Watches the processes of steps from a separate thread, so that a busy test does not delay it. */
export class ProcessWatch {
  readonly #worker: Worker
  readonly #waiting = new Map<string, (report: Report) => void>()

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (report: Report) => {
      this.#waiting.get(report.step)?.(report)
      this.#waiting.delete(report.step)
    })
    worker.unref()
  }

  /**
   * The watch of this process, ready to see the first process: starting a thread takes much longer than most samples.
   *
   * @param everyMs sampling interval in ms; each value has its own watch
   */
  static shared(everyMs?: number): Promise<ProcessWatch> {
    const watch = watches.get(everyMs) ?? ProcessWatch.#create(everyMs)
    watches.set(everyMs, watch)
    return watch
  }

  static async #create(workerData: number | undefined): Promise<ProcessWatch> {
    const worker = new Worker(new URL('./process-sampler.ts', import.meta.url), { execArgv: [], workerData })
    await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    return new ProcessWatch(worker)
  }

  /** @param step a unique name of the step */
  begin(step: string, mark: ProcessMark): void {
    this.#worker.postMessage({ kind: 'watch', step, mark } satisfies Request)
  }

  async end(step: string): Promise<Report> {
    const report = new Promise<Report>((resolve) => this.#waiting.set(step, resolve))
    this.#worker.ref()
    this.#worker.postMessage({ kind: 'report', step, graceMs: GRACE } satisfies Request)
    return report.finally(() => {
      if (this.#waiting.size === 0) this.#worker.unref()
    })
  }
}

const watches = new Map<number | undefined, Promise<ProcessWatch>>()
