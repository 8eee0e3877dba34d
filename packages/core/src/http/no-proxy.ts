import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

/** The target of a request, as NO_PROXY sees it. */
interface Target {
  /** In lowercase; an IPv6 address has no brackets here. */
  readonly host: string
  readonly port: string
}

type Rule = (target: Target) => boolean

/** Converts an IPv4 address in IPv6 notation (`::ffff:10.0.0.1`) to IPv4; everything else is unchanged. */
function unmapped(host: string): string {
  if (!isIPv6(host) || host.includes('%')) return host
  const [, ...groups] = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(new URL(`http://[${host}]/`).hostname) ?? []
  if (groups.length === 0) return host
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]).join('.')
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6')

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

const holds = (list: BlockList, host: string): boolean => isIP(host) !== 0 && list.check(host, familyOf(host))

function addressRule(address: string, port: string): Rule {
  const list = new BlockList()
  list.addAddress(address, familyOf(address))
  return (target) => holds(list, target.host) && (port === '' || port === target.port)
}

/** `10.0.0.0/8`; `undefined` if it is not a CIDR block. */
function blockRule(entry: string): Rule | undefined {
  const [, given = '', length = ''] = /^([^/]+)\/(\d+)$/.exec(entry) ?? []
  if (isIP(given) === 0 || given.includes('%')) return undefined
  const address = unmapped(given)
  const bits = Number(length) - (isIPv6(given) && isIPv4(address) ? 96 : 0)
  if (bits < 0 || bits > (isIPv4(address) ? 32 : 128)) return undefined
  const list = new BlockList()
  list.addSubnet(address, bits, familyOf(address))
  return ({ host }) => holds(list, host)
}

/** `example.com` matches the domain and all subdomains; `.example.com` and `*.example.com` match only subdomains. */
function domainRule(name: string, port: string): Rule {
  const domain = name.replace(/^\*?\./, '')
  const ascii = domainToASCII(domain) || domain
  const isBelow = domain !== name
  return (target) =>
    isIP(target.host) === 0 &&
    (target.host.endsWith(`.${ascii}`) || (!isBelow && target.host === ascii)) &&
    (port === '' || port === target.port)
}

function ruleOf(entry: string): Rule | undefined {
  if (entry === '*') return () => true
  const block = blockRule(entry)
  if (block !== undefined) return block
  const [, bracketed, plain, port = ''] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(entry) ?? []
  const host = bracketed ?? plain ?? entry
  if (host === '') return undefined
  return isIP(host) !== 0 && !host.includes('%') ? addressRule(unmapped(host), port) : domainRule(host, port)
}

/**
 * Whether requests bypass the proxy, by the grammar of NO_PROXY that Docker and all Go programs share:
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config. This machine itself (`localhost`, loopback addresses) is
 * never reached through a proxy.
 */
export function noProxy(list: string): (url: URL) => boolean {
  const rules = list.split(',').flatMap((entry) => ruleOf(entry.trim().toLowerCase()) ?? [])
  return ({ hostname, port, protocol }) => {
    const host = unmapped(hostname.replace(/^\[(.*)\]$/, '$1'))
    if (host === 'localhost' || holds(LOOPBACK, host)) return true
    const target = { host, port: port || (protocol === 'https:' ? '443' : '80') }
    return rules.some((rule) => rule(target))
  }
}
