import { setImmediate } from 'node:timers/promises'

/** How long synchronous work may block everything else, in milliseconds. */
const TURN = 20

/** Number of work items between two checks of the clock, which cost as much as a small item. */
const PIECES = 32

/** Interrupts long synchronous work regularly, so that a cancelled job ends and network responses are processed. */
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

  /** @throws the abort reason of the signal */
  async rest(): Promise<void> {
    await setImmediate()
    this.#signal.throwIfAborted()
    this.#since = performance.now()
  }
}
