import type { AwsKeys } from './settings.ts'

/** The identity according to AWS. Both members are empty if AWS could not be reached. */
export interface Identity {
  readonly account: string
  readonly arn: string
}

/** Keys from a provider, and their expiry. */
export interface Credentials extends AwsKeys {
  /** If absent, they do not expire. */
  readonly expiration?: Date
  /** Set if the source includes the identity. */
  readonly identity?: Identity
}

/** One source of credentials. */
export interface CredentialProvider {
  /** Name for display, after `from`; may become more precise after `get`. */
  readonly name: string
  /** @throws {Failure} that says what to change */
  get(): Promise<Credentials>
}

/** A provider that returns the same credentials until they expire. */
export interface CachedProvider extends CredentialProvider {
  /** Discards expiring credentials so the next call refreshes; `false` for long-lived keys. */
  forget(): boolean
}

/** Keys are renewed if they expire within this time, in ms; the SDK has the same rule. */
const MARGIN = 5 * 60_000

/** Calls `source` once for any number of callers, and again before its credentials expire. */
export function cached(source: CredentialProvider, now: () => number = Date.now): CachedProvider {
  let current: Credentials | undefined
  let pending: Promise<Credentials> | undefined
  const left = ({ expiration }: Credentials) => (expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now()
  const renew = () => {
    pending ??= source
      .get()
      .then((credentials) => {
        current = credentials
        return credentials
      })
      .finally(() => {
        pending = undefined
      })
    return pending
  }
  return {
    get name() {
      return source.name
    },
    forget: () => {
      const ends = current?.expiration !== undefined
      if (ends) current = undefined
      return ends
    },
    async get() {
      const old = current
      if (old !== undefined && left(old) > MARGIN) return old
      try {
        return await renew()
      } catch (error) {
        if (old !== undefined && left(old) > 0) return old
        throw error
      }
    },
  }
}
