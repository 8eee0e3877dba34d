import type { AwsKeys } from './settings.ts'

/** Who AWS says we are. Both are empty where AWS could not be asked. */
export interface Identity {
  readonly account: string
  readonly arn: string
}

/** Keys that a source gave, and until when they are good. */
export interface Grant extends AwsKeys {
  /** Without it, they do not expire. */
  readonly expiration?: Date
  /** Where the source told whose keys they are. */
  readonly identity?: Identity
}

/** One place that credentials come from. */
export interface GrantSource {
  /** In words, behind `from`; what the source learns by giving is in it afterwards. */
  readonly name: string
  /** @throws {Failure} with the cure */
  get(): Promise<Grant>
}

/** A source whose grants are kept as long as they are good for. */
export interface KeptGrants extends GrantSource {
  /** Drops keys that end, so that the next call gets new ones; `false` where there are only keys that do not. */
  forget(): boolean
}

/** Keys are renewed when they are good for no longer than this, in ms; the SDK has the same rule. */
const MARGIN = 5 * 60_000

/** Asks `source` once for any number of calls, and again before its grant ends. */
export function keep(source: GrantSource, now: () => number = Date.now): KeptGrants {
  let current: Grant | undefined
  let pending: Promise<Grant> | undefined
  const left = ({ expiration }: Grant) => (expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now()
  const renew = () => {
    pending ??= source
      .get()
      .then((grant) => {
        current = grant
        return grant
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
