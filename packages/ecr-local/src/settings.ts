import type { Fault } from './fault.ts'

/** Options for the caller; every option has a default. */
export interface EcrLocalOptions {
  /** TCP port of the default account and region; 0 selects a free one. */
  readonly port?: number
  /** Loopback address to listen on. Docker uses plain HTTP only for registries on 127.0.0.0/8. */
  readonly host?: string
  /**
   * Host names that clients may use in addition to localhost, addresses and ECR's own, such as that of a Compose
   * service.
   */
  readonly allowedHosts?: readonly string[]
  /**
   * Folder that stores everything, for one server at a time. Defaults to a temporary one, which is removed on close.
   */
  readonly dataDir?: string
  /** Twelve digits. */
  readonly accountId?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** Lifetime of an authorization token in seconds; ECR's is 12 hours. */
  readonly tokenTtlSeconds?: number
  /** Maximum session duration of every role; AWS's default is one hour. */
  readonly roleMaxSessionSeconds?: number
  /** Lifetime of every role session in seconds, overriding the requested one; AWS's minimum is 900. */
  readonly sessionTtlSeconds?: number
  /** Allowed values of `aud` in an OIDC token. */
  readonly webIdentityAudiences?: readonly string[]
  /** Also omits what ECR sometimes omits: `Docker-Content-Digest` on GET of a manifest. */
  readonly strict?: boolean
  /** Faults that are active from the start; see {@link Fault}. */
  readonly faults?: readonly Fault[]
  /** Milliseconds since 1970: the clock for everything that is stored or expires; signatures use the real one. */
  readonly now?: () => number
}

/** The options with all defaults applied. */
export interface Settings {
  readonly port: number
  readonly host: string
  readonly allowedHosts: readonly string[]
  readonly accountId: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly tokenTtlSeconds: number
  readonly roleMaxSessionSeconds: number
  /** `undefined`: the duration the caller requested. */
  readonly sessionTtlSeconds: number | undefined
  readonly webIdentityAudiences: readonly string[]
  readonly strict: boolean
  readonly now: () => number
}

const ACCESS_KEY_PREFIX = 'ECRLOCAL'
const SECRET_ACCESS_KEY = 'ecr-local/this-is-not-a-secret/123456789'
const TWELVE_HOURS = 12 * 60 * 60

/** The access key ID of an account, which exists without registration. */
export const accessKeyOf = (account: string) => `${ACCESS_KEY_PREFIX}${account}`

/** The account of a key made by {@link accessKeyOf}. */
export const accountOfAccessKey = (accessKeyId: string) => /^ECRLOCAL(\d{12})$/.exec(accessKeyId)?.[1]

/** @throws Error for a value that is not a valid AWS account, region or port */
export function settingsFrom(options: EcrLocalOptions): Settings {
  const accountId = options.accountId ?? '123456789012'
  const settings: Settings = {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    allowedHosts: (options.allowedHosts ?? []).map((name) => name.toLowerCase()),
    accountId,
    region: options.region ?? 'eu-central-1',
    accessKeyId: options.accessKeyId ?? accessKeyOf(accountId),
    secretAccessKey: options.secretAccessKey ?? SECRET_ACCESS_KEY,
    tokenTtlSeconds: options.tokenTtlSeconds ?? TWELVE_HOURS,
    roleMaxSessionSeconds: options.roleMaxSessionSeconds ?? 3600,
    sessionTtlSeconds: options.sessionTtlSeconds,
    webIdentityAudiences: options.webIdentityAudiences ?? ['sts.amazonaws.com'],
    strict: options.strict ?? false,
    now: options.now ?? Date.now,
  }
  expect('account', settings.accountId, /^\d{12}$/, 'twelve digits')
  expect('region', settings.region, /^[a-z0-9]+(-[a-z0-9]+)+$/, 'a region such as eu-central-1')
  expect('port', String(settings.port), /^\d{1,5}$/, 'a number from 0 to 65535')
  expect('token lifetime', String(settings.tokenTtlSeconds), /^\d+(\.\d+)?$/, 'a number of seconds')
  expect('session lifetime', String(settings.sessionTtlSeconds ?? 900), /^\d+(\.\d+)?$/, 'a number of seconds')
  expect('longest session', String(settings.roleMaxSessionSeconds), /^\d+$/, 'a whole number of seconds')
  return settings
}

function expect(name: string, value: string, rule: RegExp, words: string) {
  if (!rule.test(value)) throw new Error(`The ${name} must be ${words}; it is '${value}'.`)
}
