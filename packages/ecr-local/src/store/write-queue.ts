/** File writes requested by many callers: one at a time for each path, in order. */
export class WriteQueue {
  /** Path → the end of its queue. */
  readonly #tails = new Map<string, Promise<void>>()
  /** Path → the shared write that has not started yet. */
  readonly #waiting = new Map<string, { done: Promise<void> }>()

  /** Resolves when a write that started after this call has finished; callers before its start share it. */
  async share(path: string, write: () => Promise<void>): Promise<void> {
    const shared = this.#waiting.get(path)
    if (shared) return shared.done
    const mine = { done: Promise.resolve() }
    this.#waiting.set(path, mine)
    mine.done = this.#enqueue(path, () => {
      if (this.#waiting.get(path) === mine) this.#waiting.delete(path)
      return write()
    })
    return mine.done
  }

  /** Resolves when `write`, which is not shared, has finished; later requests run after it. */
  async alone(path: string, write: () => Promise<void>): Promise<void> {
    this.#waiting.delete(path)
    return this.#enqueue(path, write)
  }

  /** Resolves when no write is in progress. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#tails.values())
  }

  #enqueue(path: string, write: () => Promise<void>): Promise<void> {
    const before = this.#tails.get(path) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(write)
    this.#tails.set(path, mine)
    const forget = () => {
      if (this.#tails.get(path) === mine) this.#tails.delete(path)
    }
    mine.then(forget, forget)
    return mine
  }
}
