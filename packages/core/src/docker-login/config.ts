import { createHash } from 'node:crypto'
import { object } from '../base/json-object.ts'
import { parseRegistryHost } from '../ecr/registry-host.ts'

/**
 * The content of Docker's config.json, most of which belongs to others:
 * https://docs.docker.com/reference/cli/docker/#configuration-files
 */
export type DockerConfig = Readonly<Record<string, unknown>>

/** The hosts of ECR Public, which share a login. */
export const PUBLIC_HOSTS = ['public.ecr.aws', 'ecr-public.aws.com'] as const

function without(entries: unknown, hosts: Iterable<string>): DockerConfig {
  const left = { ...object(entries) }
  for (const host of hosts) delete left[host]
  return left
}

/** Adds `helper` for `hosts` to the configuration; everything else is unchanged. */
export function withHelper(config: DockerConfig, hosts: readonly string[], helper: string): DockerConfig {
  return {
    ...config,
    auths: without(config['auths'], hosts),
    credHelpers: {
      ...without(config['credHelpers'], hosts),
      ...Object.fromEntries(hosts.map((host) => [host, helper])),
    },
  }
}

/** The names by which tools request the login of an address: Docker uses the host, and for Docker Hub its old URL. */
function namesOf(address: string): string[] {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')
  return host === 'index.docker.io' ? [address, host, 'docker.io'] : [address, host]
}

/** Hosts in `auths` whose password is in a store: docker leaves an entry without a password there. */
const markedHosts = (config: DockerConfig): string[] =>
  Object.entries(object(config['auths']))
    .filter(([, entry]) => !('auth' in object(entry)) && !('identitytoken' in object(entry)))
    .map(([host]) => host)

/**
 * Limits the user's `credsStore` to the addresses that it has logins for. It then hides no login in the file, for any
 * tool, and still serves its own. Helm, oras, skopeo and Podman know no other way: only docker supports the empty
 * helper of `withLogins`.
 */
export function withStoreFor(config: DockerConfig, addresses: readonly string[]): DockerConfig {
  const { credsStore: store, credHelpers, ...rest } = config
  const names = [...addresses, ...markedHosts(config)].flatMap(namesOf)
  const helpers = { ...Object.fromEntries(names.map((name) => [name, store])), ...object(credHelpers) }
  return Object.keys(helpers).length === 0 ? rest : { ...rest, credHelpers: helpers }
}

/** A login in `auths`, recognizable without storing it. */
export interface LoginEntry {
  readonly host: string
  /** SHA-256 of the entry's `auth`. */
  readonly digest: string
}

const digestOf = (secret: unknown): string => createHash('sha256').update(String(secret)).digest('hex')

export const loginEntry = (host: string, token: string): LoginEntry => ({ host, digest: digestOf(token) })

/** Whether a stored value is the random ID of a login. IDs become file names, so nothing else is acceptable. */
export const isLoginId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value)

/** Parses entries that were stored as JSON; `undefined` for anything else. */
export function parseLoginEntries(value: unknown): LoginEntry[] | undefined {
  if (!Array.isArray(value)) return undefined
  const entries = value.map((each) => {
    const { host, digest } = object(each)
    return typeof host === 'string' && typeof digest === 'string' ? { host, digest } : undefined
  })
  return entries.every((entry) => entry !== undefined) ? entries : undefined
}

/**
 * Adds these logins to the configuration, by host, each with the value of `Authorization: Basic`. A credential store of
 * the user that still serves all hosts would hide them: for a host with an empty helper, docker reads the file
 * (https://github.com/docker/cli/blob/master/cli/config/configfile/file.go, GetCredentialsStore).
 */
export function withLogins(config: DockerConfig, tokens: ReadonlyMap<string, string>): DockerConfig {
  const hosts = [...tokens.keys()]
  const helpers = without(config['credHelpers'], hosts)
  const inFile = config['credsStore'] ? Object.fromEntries(hosts.map((host) => [host, ''])) : {}
  const { credHelpers: _, ...rest } = config
  const all = { ...helpers, ...inFile }
  return {
    ...rest,
    auths: { ...object(config['auths']), ...Object.fromEntries([...tokens].map(([host, auth]) => [host, { auth }])) },
    ...(Object.keys(all).length > 0 ? { credHelpers: all } : {}),
  }
}

/** The logins that are still in the configuration; logins that somebody else has replaced are kept. */
export const loginsStillIn = (config: DockerConfig, entries: readonly LoginEntry[]): string[] =>
  entries
    .filter(({ host, digest }) => digestOf(object(object(config['auths'])[host])['auth']) === digest)
    .map(({ host }) => host)

/** Removes the logins that are still in the configuration. */
export function withoutLogins(config: DockerConfig, entries: readonly LoginEntry[]): DockerConfig {
  const hosts = loginsStillIn(config, entries)
  const helpers = object(config['credHelpers'])
  const empty = hosts.filter((host) => helpers[host] === '')
  const changed = { ...config, auths: without(config['auths'], hosts) }
  return empty.length === 0 ? changed : { ...changed, credHelpers: without(helpers, empty) }
}

/** When the password of an ECR login expires, in ms since 1970; `undefined` if it does not say. */
function endOf(entry: unknown): number | undefined {
  const { auth } = object(entry)
  try {
    const [, password = ''] = Buffer.from(String(auth), 'base64').toString().split(/:(.*)/s)
    const { expiration } = object(JSON.parse(Buffer.from(password, 'base64').toString()))
    if (typeof expiration !== 'number') return undefined
    // ECR uses seconds.
    return expiration < 1e11 ? expiration * 1_000 : expiration
  } catch {
    return undefined
  }
}

const isEcr = (host: string): boolean =>
  parseRegistryHost(host) !== undefined || PUBLIC_HOSTS.some((each) => each === host)

/** Removes expired ECR logins: with an expired password, ECR Public denies even what it allows anonymously. */
export function withoutEnded(config: DockerConfig, now: number): DockerConfig {
  const ended = Object.entries(object(config['auths'])).filter(
    ([host, entry]) => isEcr(host) && (endOf(entry) ?? Number.POSITIVE_INFINITY) <= now,
  )
  if (ended.length === 0) return config
  return {
    ...config,
    auths: without(
      config['auths'],
      ended.map(([host]) => host),
    ),
  }
}
