import type { Fault } from './fault.ts'

/** What a caller may choose; everything has a default that works without any choice. */
export interface EcrLocalOptions {
  /** TCP port of the default account and region; 0 takes a free one. */
  readonly port?: number
  /** Loopback address to listen on. Docker talks plain HTTP to a registry only on 127.0.0.0/8. */
  readonly host?: string
  /** Names beside localhost, addresses and ECR's own under which clients may come, such as that of a compose service. */
  readonly allowedHosts?: readonly string[]
  /** Folder that keeps everything, for one server at a time. Without it a temporary one is used and removed on close. */
  readonly dataDir?: string
  /** Twelve digits. */
  readonly accountId?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** Life of an authorization token in seconds; ECR gives 12 hours. */
  readonly tokenTtlSeconds?: number
  /** Longest session of every role; AWS allows an hour unless a role says more. */
  readonly roleMaxSessionSeconds?: number
  /** Life of every session of a role in seconds, whatever was asked for; AWS gives none that is shorter than 900. */
  readonly sessionTtlSeconds?: number
  /** What the `aud` of an OIDC token may be. */
  readonly webIdentityAudiences?: readonly string[]
  /** Also leaves out what ECR leaves out at times: `Docker-Content-Digest` on GET of a manifest. */
  readonly strict?: boolean
  /** What is to go wrong from the start; see {@link Fault}. */
  readonly faults?: readonly Fault[]
  /** Milliseconds since 1970: the time for everything that is kept or expires; signatures go by the real one. */
  readonly now?: () => number
}

/** The options with every gap filled. */
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
  /** `undefined`: as long as was asked for. */
  readonly sessionTtlSeconds: number | undefined
  readonly webIdentityAudiences: readonly string[]
  readonly strict: boolean
  readonly now: () => number
}

const ACCESS_KEY_PREFIX = 'ECRLOCAL'
const SECRET_ACCESS_KEY = 'ecr-local/this-is-not-a-secret/123456789'
const TWELVE_HOURS = 12 * 60 * 60

/** The access key id that belongs to an account without anyone having registered it. */
export const accessKeyOf = (account: string) => `${ACCESS_KEY_PREFIX}${account}`

/** The account of a key made by {@link accessKeyOf}. */
export const accountOfAccessKey = (accessKeyId: string) => /^ECRLOCAL(\d{12})$/.exec(accessKeyId)?.[1]

/** @throws Error for a value that no AWS account, region or port can have. */
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
