import { Worker } from 'node:worker_threads'
import type { Report, Request } from './runner-sampler.ts'

/** Milliseconds that processes have to end after their step did. */
const GRACE = 500

/** Watches the processes of steps from a thread of its own, so that a busy test does not blind it. */
export class ProcessWatch {
  readonly #worker: Worker
  readonly #waiting = new Map<string, (report: Report) => void>()

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (report: Report) => {
      this.#waiting.get(report.marker)?.(report)
      this.#waiting.delete(report.marker)
    })
    worker.unref()
  }

  /** Ready to see the first process. */
  static async create(): Promise<ProcessWatch> {
    const worker = new Worker(new URL('./runner-sampler.ts', import.meta.url), { execArgv: [] })
    await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    return new ProcessWatch(worker)
  }

  /** @param marker a text that only processes of this step have in their environment */
  begin(root: number, marker: string): void {
    this.#worker.postMessage({ kind: 'watch', root, marker } satisfies Request)
  }

  async end(marker: string): Promise<Report> {
    const report = new Promise<Report>((resolve) => this.#waiting.set(marker, resolve))
    this.#worker.ref()
    this.#worker.postMessage({ kind: 'report', marker, graceMs: GRACE } satisfies Request)
    return report.finally(() => this.#worker.unref())
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
