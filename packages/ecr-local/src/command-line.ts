import { parseArgs } from 'node:util'
import { parseFault } from './fault.ts'
import type { EcrLocalOptions } from './settings.ts'

/**
 * @returns undefined if help is requested
 *
 * @throws Error for an unknown or invalid option
 */
export function optionsFrom(argv: readonly string[]): EcrLocalOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      data: { type: 'string' },
      account: { type: 'string' },
      region: { type: 'string' },
      'token-ttl': { type: 'string' },
      'max-session': { type: 'string' },
      'session-ttl': { type: 'string' },
      audience: { type: 'string', multiple: true },
      strict: { type: 'boolean' },
      fault: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  const given = {
    port: number(values.port),
    host: values.host,
    allowedHosts: values['allow-host'],
    dataDir: values.data,
    accountId: values.account,
    region: values.region,
    tokenTtlSeconds: number(values['token-ttl']),
    roleMaxSessionSeconds: number(values['max-session']),
    sessionTtlSeconds: number(values['session-ttl']),
    webIdentityAudiences: values.audience,
    strict: values.strict,
    faults: values.fault?.map((text) => parseFault(json(text))),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Anything that is not a number becomes NaN, which the settings reject with an error. */
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text.trim() || 'nothing'))

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`--fault takes JSON, such as '{"operation":"PutImage","perSecond":10}'; it is '${text}'.`)
  }
}
