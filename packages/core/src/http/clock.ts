/** A request that went beyond one of its limits. The name and the code are those that the AWS SDK retries. */
export class HttpLimitError extends Error {
  override readonly name: string
  readonly code: string

  constructor(message: string, kind: 'time' | 'size') {
    super(message)
    this.name = kind === 'time' ? 'TimeoutError' : 'HttpLimitError'
    this.code = kind === 'time' ? 'ETIMEDOUT' : 'EMSGSIZE'
  }
}

export const seconds = (ms: number): string => `${ms / 1_000} s`

/** Limits in time for work that a signal ends; the first one that is over ends it. */
export class Clock {
  readonly #late = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#late.signal])
  }

  /** @returns takes the limit back */
  limit(ms: number, message: string): () => void {
    const timer = setTimeout(() => this.#late.abort(new HttpLimitError(`${message} within ${seconds(ms)}`, 'time')), ms)
    this.#timers.add(timer)
    return () => clearTimeout(timer)
  }

  /** What ended the work: the limit that is over, else what was thrown. */
  reason(error: unknown): unknown {
    return this.#late.signal.aborted ? this.#late.signal.reason : error
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
