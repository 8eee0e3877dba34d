import { createHmac, timingSafeEqual } from 'node:crypto'

/** The claims of an authorization token. It is bound to a region, not to an account's registry. */
export interface TokenClaims {
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly accessKeyId: string
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export type TokenState = 'valid' | 'expired'

/**
 * Passwords for `docker login`. They carry their own claims and a signature, so the server does not store them, and a
 * restart on the same data folder still accepts them.
 */
export class Tokens {
  readonly #key: Uint8Array
  readonly #ttlSeconds: number
  readonly #now: () => number
  #expiredUpTo = 0

  constructor(key: Uint8Array, ttlSeconds: number, now: () => number) {
    this.#key = key
    this.#ttlSeconds = ttlSeconds
    this.#now = now
  }

  issue(owner: Omit<TokenClaims, 'issuedAt' | 'expiresAt'>): { password: string; expiresAt: number } {
    const issuedAt = this.#now()
    const expiresAt = issuedAt + this.#ttlSeconds * 1000
    const { account, region, arn, accessKeyId } = owner
    const payload = base64(JSON.stringify({ account, region, arn, accessKeyId, issuedAt, expiresAt }))
    const envelope = { payload, datakey: this.#sign(payload), version: '2', type: 'DATA_KEY', expiration: expiresAt }
    return { password: base64(JSON.stringify(envelope)), expiresAt }
  }

  /** undefined for anything that this server did not issue */
  read(password: string): { claims: TokenClaims; state: TokenState } | undefined {
    const envelope = parse(password) as { payload?: unknown; datakey?: unknown } | undefined
    if (typeof envelope?.payload !== 'string' || typeof envelope.datakey !== 'string') return undefined
    const [given, made] = [Buffer.from(envelope.datakey), Buffer.from(this.#sign(envelope.payload))]
    if (given.length !== made.length || !timingSafeEqual(given, made)) return undefined
    const claims = parse(envelope.payload) as TokenClaims
    const expired = this.#now() >= claims.expiresAt || claims.issuedAt <= this.#expiredUpTo
    return { claims, state: expired ? 'expired' : 'valid' }
  }

  /** Expires every token issued so far. */
  expireAll(): void {
    this.#expiredUpTo = this.#now()
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#key).update(payload).digest('base64')
  }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

function parse(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64').toString())
  } catch {
    return undefined
  }
}
