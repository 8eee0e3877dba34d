import { createHmac, timingSafeEqual } from 'node:crypto'

/** Path of the URLs that {@link Downloads} creates. */
export const DOWNLOAD_PATH = '/_ecr-local/layers/'

const ONE_HOUR = 60 * 60 * 1000

/** URLs of layers that carry their own permission, like presigned S3 URLs. */
export class Downloads {
  readonly #key: Uint8Array
  readonly #now: () => number

  constructor(key: Uint8Array, now: () => number) {
    this.#key = key
    this.#now = now
  }

  /** @returns path and query of a URL that is valid for an hour */
  sign(digest: string): string {
    const expires = String(this.#now() + ONE_HOUR)
    return `${DOWNLOAD_PATH}${digest}?expires=${expires}&signature=${this.#signature(digest, expires).toString('hex')}`
  }

  /** @returns the digest that the URL is for; undefined if it is invalid or has expired */
  verify(pathname: string, query: URLSearchParams): string | undefined {
    const digest = pathname.slice(DOWNLOAD_PATH.length)
    const expires = query.get('expires') ?? ''
    const given = Buffer.from(query.get('signature') ?? '', 'hex')
    const made = this.#signature(digest, expires)
    const genuine = given.length === made.length && timingSafeEqual(given, made)
    return genuine && this.#now() < Number(expires) ? digest : undefined
  }

  #signature(digest: string, expires: string): Buffer {
    return createHmac('sha256', this.#key).update(`${digest} ${expires}`).digest()
  }
}
