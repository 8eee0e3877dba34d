import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * ECR's and STS's own host names, which a hosts file or a proxy may point here:
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
const AWS =
  /^(?:\d{12}\.dkr[.-]ecr(?:-fips)?|(?:api\.)?ecr(?:-fips)?|(?:api\.)?ecr-public|public\.ecr|sts(?:-fips)?)\.(?:[a-z0-9-]+\.)*(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws|on\.aws|aws\.com|aws|c2s\.ic\.gov|sc2s\.sgov\.gov)$/

/** `host:port` or `[address]:port` without the port, in lowercase. */
const nameIn = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')

/** A name under which no web page can be served from this machine; an address is never looked up. */
const isOwn = (name: string, allowed: readonly string[]): boolean =>
  isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost') || AWS.test(name) || allowed.includes(name)

/**
 * Why a request is rejected that a web page may have sent from a browser on this machine, or through a name that its
 * owner points here (DNS rebinding); `undefined` for all others.
 *
 * @param allowed additional names that clients may use
 */
export function foreignOrigin({ headers }: IncomingMessage, allowed: readonly string[]): string | undefined {
  const { host, origin } = headers
  if (host !== undefined && !isOwn(nameIn(host), allowed)) {
    return `The host ${JSON.stringify(host)} is not one of this server's. Start ecr-local with --allow-host ${nameIn(host)} if clients are to use that name.`
  }
  const site = headers['sec-fetch-site']
  const isSame = origin === undefined || origin === `http://${host}`
  if (isSame && (site === undefined || site === 'same-origin' || site === 'none')) return undefined
  return `A web page of ${JSON.stringify(origin ?? 'another site')} may not use this server.`
}

/** Whether only this machine can reach a server that listens on `host`. */
export const isLoopback = (host: string): boolean => /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(host)
