import type { AwsKeys } from './settings.ts'

/** Who AWS says we are. Both are empty where AWS could not be asked. */
export interface Identity {
  readonly account: string
  readonly arn: string
}

/** Keys that a provider gave, and when they expire. */
export interface Credentials extends AwsKeys {
  /** Without it, they do not expire. */
  readonly expiration?: Date
  /** Where the source told whose keys they are. */
  readonly identity?: Identity
}

/** One source of credentials. */
export interface CredentialProvider {
  /** In words, behind `from`; what the source learns by giving is in it afterwards. */
  readonly name: string
  /** @throws {Failure} with the cure */
  get(): Promise<Credentials>
}

/** A provider that gives the same credentials until they expire. */
export interface CachedProvider extends CredentialProvider {
  /** Drops keys that end, so that the next call gets new ones; `false` where there are only keys that do not. */
  forget(): boolean
}

/** Keys are renewed when they are good for no longer than this, in ms; the SDK has the same rule. */
const MARGIN = 5 * 60_000

/** Asks `source` once for any number of calls, and again before its credentials expire. */
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
