/** A map that records which of its keys were set or deleted since the last query. */
export class TrackedMap<Value> extends Map<string, Value> {
  readonly #changed = new Set<string>()

  override set(key: string, value: Value): this {
    this.#changed.add(key)
    return super.set(key, value)
  }

  override delete(key: string): boolean {
    const was = super.delete(key)
    if (was) this.#changed.add(key)
    return was
  }

  /**
   * Returns the current values of the changed keys, `null` for deleted ones; `undefined` if none changed. Clears the
   * record.
   */
  takeChanges(): Record<string, Value | null> | undefined {
    if (this.#changed.size === 0) return undefined
    const changes = [...this.#changed].map((key) => [key, this.get(key) ?? null] as const)
    this.#changed.clear()
    return Object.fromEntries(changes)
  }

  /** Applies changes from another map. */
  replay(changes: Readonly<Record<string, Value | null>> = {}): void {
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) this.delete(key)
      else this.set(key, value)
    }
  }
}
