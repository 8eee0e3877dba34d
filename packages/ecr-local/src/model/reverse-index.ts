/** Maps a referenced item to those that refer to it, in order of insertion. */
export class ReverseIndex {
  /** Most are referenced once, for which a set would be wasteful. */
  readonly #namers = new Map<string, string | Set<string>>()

  add(named: string, namer: string): void {
    const known = this.#namers.get(named)
    if (known === undefined) this.#namers.set(named, namer)
    else if (typeof known !== 'string') known.add(namer)
    else if (known !== namer) this.#namers.set(named, new Set([known, namer]))
  }

  delete(named: string, namer: string): void {
    const known = this.#namers.get(named)
    if (known === namer) this.#namers.delete(named)
    else if (known instanceof Set && known.delete(namer) && known.size === 0) this.#namers.delete(named)
  }

  has(named: string): boolean {
    return this.#namers.has(named)
  }

  of(named: string): string[] {
    const known = this.#namers.get(named)
    if (known === undefined) return []
    return typeof known === 'string' ? [known] : [...known]
  }
}
