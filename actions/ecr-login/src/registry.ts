import { isUsualHost, PUBLIC_HOSTS, parseAccountId, parseRegistryHost } from '@container-actions/core'

/** A registry to log in to. */
export type Registry = PrivateRegistry | { readonly kind: 'public' }

export interface PrivateRegistry {
  readonly kind: 'private'
  /** `undefined` for the account of the credentials. */
  readonly account: string | undefined
  /** `undefined` for the region of the step. */
  readonly region: string | undefined
  /** As it was given, where it was given by its host. */
  readonly host: string | undefined
}

export const OWN: PrivateRegistry = { kind: 'private', account: undefined, region: undefined, host: undefined }

/** What is left of a URL or of an image's name: its host. */
const hostIn = (text: string): string => text.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')

const isPublic = (text: string): boolean =>
  text.toLowerCase() === 'public' || PUBLIC_HOSTS.some((host) => host === hostIn(text))

/** A registry by the id of its account, its host, or the word `public`; `undefined` for anything else. */
export function parseRegistry(text: string): Registry | undefined {
  if (isPublic(text)) return { kind: 'public' }
  const account = parseAccountId(text)
  if (account !== undefined) return { ...OWN, account }
  const host = hostIn(text)
  const found = parseRegistryHost(host)
  return found && { kind: 'private', ...found, host }
}

/**
 * The hosts that a login is for: the one that AWS names, and before it the one that was given where that is another
 * way to the same registry (by dual-stack or FIPS). The first is the one to name in references.
 */
export function hostsOf({ host: given }: PrivateRegistry, named: string): readonly [string, ...string[]] {
  if (given === undefined || given === named) return [named]
  return isUsualHost(given) ? [named, given] : [given, named]
}
