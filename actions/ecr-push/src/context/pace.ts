import { setImmediate } from 'node:timers/promises'

/** How long synchronous work may keep everything else waiting, in milliseconds. */
const TURN = 20

/** How many pieces of work there are between two looks at the clock, which costs as much as a small one. */
const PIECES = 32

/** Lets long synchronous work breathe, so that a cancelled job ends and answers of the network are read. */
export class Pace {
  readonly #signal: AbortSignal
  #pieces = 0
  #since = performance.now()

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Whether it is time to `rest`. */
  isDue(): boolean {
    return ++this.#pieces % PIECES === 0 && performance.now() - this.#since > TURN
  }

  /** @throws the signal's reason where it was aborted */
  async rest(): Promise<void> {
    await setImmediate()
    this.#signal.throwIfAborted()
    this.#since = performance.now()
  }
}
