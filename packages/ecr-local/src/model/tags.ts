import { ReverseIndex } from './reverse-index.ts'
import { TrackedMap } from './tracked-map.ts'

/** The tags of a repository: tag → digest. */
export class Tags extends TrackedMap<string> {
  readonly #byDigest = new ReverseIndex()
  #sorted: readonly string[] | undefined

  override set(tag: string, digest: string): this {
    const before = this.get(tag)
    if (before === undefined) this.#sorted = undefined
    else this.#byDigest.delete(before, tag)
    this.#byDigest.add(digest, tag)
    return super.set(tag, digest)
  }

  override delete(tag: string): boolean {
    const digest = this.get(tag)
    if (digest === undefined) return false
    this.#sorted = undefined
    this.#byDigest.delete(digest, tag)
    return super.delete(tag)
  }

  of(digest: string): string[] {
    return this.#byDigest.of(digest)
  }

  isTagged(digest: string): boolean {
    return this.#byDigest.has(digest)
  }

  /** Sorted by code units. */
  sorted(): readonly string[] {
    this.#sorted ??= [...this.keys()].sort()
    return this.#sorted
  }
}
