import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { noProxy } from './no-proxy.ts'

/** The proxy settings of an environment. */
export interface ProxyVariables {
  readonly HTTP_PROXY?: string
  readonly HTTPS_PROXY?: string
  readonly NO_PROXY?: string
  /** Set in a CGI script, where HTTP_PROXY may be a header of the request: https://httpoxy.org */
  readonly REQUEST_METHOD?: string
}

/** A proxy without a scheme uses HTTP. */
function proxyUrl(name: string, value: string): string {
  const url = value.includes('://') ? value : `http://${value}`
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  // It may contain a password, so it is not repeated.
  throw new Failure(
    `${name} must be the URL of an HTTP proxy like http://proxy.example:3128, but it has another format.`,
  )
}

/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY in uppercase or, if not set, in lowercase: the order of Docker and of all Go
 * programs.
 *
 * @throws {Failure} if a proxy is not the URL of an HTTP proxy
 */
export function proxyVariables(env: Environment): ProxyVariables {
  const value = (name: string) => env[name] || env[name.toLowerCase()]
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => {
    const given = value(name)
    return given ? [[name, proxyUrl(name, given)]] : []
  })
  const others = [
    ['NO_PROXY', value('NO_PROXY')],
    ['REQUEST_METHOD', env['REQUEST_METHOD']],
  ].filter(([, text]) => text)
  return Object.fromEntries([...proxies, ...others])
}

/**
 * The proxy for a request; `undefined` for none.
 *
 * @throws {Failure} for a plain HTTP request in a CGI script
 */
export type ProxyChoice = (url: URL) => string | undefined

/** Implements `net/http.ProxyFromEnvironment` of Go, which the docker CLI and BuildKit use. */
export function proxyChoice({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY = '', REQUEST_METHOD }: ProxyVariables): ProxyChoice {
  const isDirect = noProxy(NO_PROXY)
  return (url) => {
    const proxy = url.protocol === 'https:' ? HTTPS_PROXY : HTTP_PROXY
    if (proxy === undefined) return undefined
    if (url.protocol === 'http:' && REQUEST_METHOD !== undefined) {
      throw new Failure(
        'HTTP_PROXY is not used where REQUEST_METHOD is set, because a request to a CGI script can set it (https://httpoxy.org). Unset REQUEST_METHOD or HTTP_PROXY.',
      )
    }
    return isDirect(url) ? undefined : proxy
  }
}

/** The passwords in those URLs, as written and decoded. */
export function proxyPasswords({ HTTP_PROXY, HTTPS_PROXY }: ProxyVariables): string[] {
  const passwords = [HTTP_PROXY, HTTPS_PROXY].map((url) => (url === undefined ? '' : new URL(url).password))
  return [...new Set(passwords.flatMap((password) => [password, decoded(password)]))].filter(Boolean)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
