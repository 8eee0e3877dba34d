import type { Image } from './image.ts'
import { ReverseIndex } from './reverse-index.ts'
import { Sequence } from './sequence.ts'
import { TrackedMap } from './tracked-map.ts'

/** The images of a repository by digest. */
export class ImageSet extends TrackedMap<Image> {
  readonly #order = new Sequence()
  readonly #byReference = new ReverseIndex()
  readonly #bySubject = new ReverseIndex()

  override set(digest: string, image: Image): this {
    // The references of a manifest are part of its digest, so they never change.
    if (!this.has(digest)) {
      this.#order.add(digest)
      for (const reference of image.references) this.#byReference.add(reference, digest)
      if (image.subject !== undefined) this.#bySubject.add(image.subject, digest)
    }
    return super.set(digest, image)
  }

  override delete(digest: string): boolean {
    const image = this.get(digest)
    if (image === undefined) return false
    this.#order.delete(digest)
    for (const reference of image.references) this.#byReference.delete(reference, digest)
    if (image.subject !== undefined) this.#bySubject.delete(image.subject, digest)
    return super.delete(digest)
  }

  /** Updates the mutable fields of an image; does nothing if it has been deleted meanwhile. */
  update(digest: string, change: Partial<Pick<Image, 'lastPulledAt' | 'scan'>>): void {
    const image = this.get(digest)
    if (image !== undefined) this.set(digest, { ...image, ...change })
  }

  /** The images from a number onward, each with its number, in push order. */
  *from(number: number): Iterable<readonly [number: number, image: Image]> {
    for (const [each, digest] of this.#order.from(number)) yield [each, this.get(digest) as Image]
  }

  /** Whether an image refers to a config, a layer or another image. */
  isReferredTo(digest: string): boolean {
    return this.#byReference.has(digest)
  }

  /** The images that refer to it. */
  referringTo(digest: string): Image[] {
    return this.#byReference.of(digest).map((each) => this.get(each) as Image)
  }

  /** The images that have it as their subject. */
  about(subject: string): Image[] {
    return this.#bySubject.of(subject).map((each) => this.get(each) as Image)
  }
}
