/** A request that exceeded one of its limits. The name and the code are those that the AWS SDK retries. */
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

/** Time limits for work that a signal aborts; the first limit that expires aborts it. */
export class Clock {
  readonly #late = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#late.signal])
  }

  /** @returns a function that removes the limit */
  limit(ms: number, message: string): () => void {
    const timer = setTimeout(() => this.#late.abort(new HttpLimitError(`${message} within ${seconds(ms)}`, 'time')), ms)
    this.#timers.add(timer)
    return () => clearTimeout(timer)
  }

  /** The reason why the work ended: the expired limit, otherwise the given error. */
  reason(error: unknown): unknown {
    return this.#late.signal.aborted ? this.#late.signal.reason : error
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
