import { Failure } from '../base/failure.ts'

/** A failed push. */
export class PushFailure extends Failure {
  readonly #reference: string
  readonly #said: string

  /** `more` is appended to docker's own message. */
  constructor(reference: string, said: string, more = '') {
    const end = more === '' || /[.!?]$/.test(said) ? '' : '.'
    super(`Pushing ${reference} failed: ${said}${end} ${more}`.trimEnd())
    this.#reference = reference
    this.#said = said
  }

  get reference(): string {
    return this.#reference
  }

  /** The last line that docker printed. */
  get said(): string {
    return this.#said
  }
}
