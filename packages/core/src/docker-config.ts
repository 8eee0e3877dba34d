import { parseRegistryHost } from './repository-name.ts'

/** What is in Docker's config.json, of which little is ours: https://docs.docker.com/reference/cli/docker/#configuration-files */
export type DockerConfig = Readonly<Record<string, unknown>>

/** The hosts of ECR Public, which have the same login. */
export const PUBLIC_HOSTS = ['public.ecr.aws', 'ecr-public.aws.com'] as const

export const object = (value: unknown): DockerConfig =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

function without(entries: unknown, hosts: Iterable<string>): DockerConfig {
  const left = { ...object(entries) }
  for (const host of hosts) delete left[host]
  return left
}

/** The configuration with `helper` for `hosts`; everything else in it stays as it is. */
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

/** The configuration without `helper` for `hosts`; who else has taken them over since keeps them. */
export function withoutHelper(config: DockerConfig, hosts: readonly string[], helper: string): DockerConfig {
  const helpers = object(config['credHelpers'])
  return {
    ...config,
    credHelpers: without(
      helpers,
      hosts.filter((host) => helpers[host] === helper),
    ),
  }
}

/** When the password of an ECR login ends, in ms since 1970; `undefined` for one that does not say it. */
function endOf(entry: unknown): number | undefined {
  const { auth } = object(entry)
  try {
    const [, password = ''] = Buffer.from(String(auth), 'base64').toString().split(/:(.*)/s)
    const { expiration } = object(JSON.parse(Buffer.from(password, 'base64').toString()))
    if (typeof expiration !== 'number') return undefined
    // ECR counts in seconds.
    return expiration < 1e11 ? expiration * 1_000 : expiration
  } catch {
    return undefined
  }
}

const isEcr = (host: string): boolean =>
  parseRegistryHost(host) !== undefined || PUBLIC_HOSTS.some((each) => each === host)

/**
 * The configuration without logins of ECR that have ended: with such a password ECR Public refuses what it gives to
 * anybody without one.
 */
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
