import { isUsualHost, PUBLIC_HOSTS, parseAccountId, parseRegistryHost } from '@container-actions/core'

/** A registry to log in to. */
export type Registry = PrivateRegistry | { readonly kind: 'public' }

export interface PrivateRegistry {
  readonly kind: 'private'
  /** `undefined` means the account of the credentials. */
  readonly account: string | undefined
  /** `undefined` means the region of the step. */
  readonly region: string | undefined
  /** The host as given, if the registry was given by host. */
  readonly host: string | undefined
}

export const OWN: PrivateRegistry = { kind: 'private', account: undefined, region: undefined, host: undefined }

/** The host in a URL or an image name. */
const hostIn = (text: string): string => text.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')

const isPublic = (text: string): boolean =>
  text.toLowerCase() === 'public' || PUBLIC_HOSTS.some((host) => host === hostIn(text))

/** Parses a registry: an account ID, a host, or the word `public`; `undefined` for anything else. */
export function parseRegistry(text: string): Registry | undefined {
  if (isPublic(text)) return { kind: 'public' }
  const account = parseAccountId(text)
  if (account !== undefined) return { ...OWN, account }
  const host = hostIn(text)
  const found = parseRegistryHost(host)
  return found && { kind: 'private', ...found, host }
}

/**
 * The hosts that a login is valid for: the one that AWS names and, before it, a dual-stack or FIPS host for the same
 * registry if one was given. The first is the one to use in references.
 */
export function hostsOf({ host: given }: PrivateRegistry, named: string): readonly [string, ...string[]] {
  if (given === undefined || given === named) return [named]
  return isUsualHost(given) ? [named, given] : [given, named]
}
