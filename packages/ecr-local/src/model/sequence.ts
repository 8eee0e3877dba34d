interface Entry {
  readonly number: number
  /** `undefined` if it was deleted. */
  key: string | undefined
}

/**
 * Keys in order of insertion, each with an increasing number: a reader that has read up to a number continues from
 * there without inspecting earlier entries, and misses nothing if some of them were deleted.
 */
export class Sequence {
  #entries: Entry[] = []
  readonly #byKey = new Map<string, Entry>()
  #next = 0

  add(key: string): void {
    if (this.#byKey.has(key)) return
    const entry = { number: this.#next++, key }
    this.#byKey.set(key, entry)
    this.#entries.push(entry)
  }

  delete(key: string): void {
    const entry = this.#byKey.get(key)
    if (entry === undefined) return
    this.#byKey.delete(key)
    entry.key = undefined
    if (this.#entries.length > 2 * this.#byKey.size + 16) {
      this.#entries = this.#entries.filter((each) => each.key !== undefined)
    }
  }

  /** The keys whose numbers are at least `number`. */
  *from(number: number): Iterable<readonly [number: number, key: string]> {
    const entries = this.#entries
    for (let index = this.#indexOf(number); index < entries.length; index++) {
      const { number, key } = entries[index] as Entry
      if (key !== undefined) yield [number, key]
    }
  }

  /** The position of the first entry with this number or a larger one. */
  #indexOf(number: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle] as Entry).number < number) low = middle + 1
      else high = middle
    }
    return low
  }
}
