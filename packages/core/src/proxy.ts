import type { Environment } from './environment.ts'
import { Failure } from './failure.ts'

/** The proxy variables, as Node's agents take them. */
export interface ProxyVariables {
  readonly HTTP_PROXY?: string
  readonly HTTPS_PROXY?: string
  readonly NO_PROXY?: string
}

/** As curl has it: a proxy without a scheme is reached by HTTP. */
function proxyUrl(name: string, value: string): string {
  const url = value.includes('://') ? value : `http://${value}`
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  // It may hold a password, so it is not repeated.
  throw new Failure(`${name} must be the URL of an HTTP proxy like http://proxy.example:3128, and it is another text.`)
}

/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the runner; in small letters they come first, as everywhere.
 *
 * @throws {Failure} for a proxy that is no URL
 */
export function proxyVariables(env: Environment): ProxyVariables {
  const value = (name: string) => env[name.toLowerCase()] || env[name]
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => {
    const given = value(name)
    return given ? [[name, proxyUrl(name, given)]] : []
  })
  const without = value('NO_PROXY')
  return { ...Object.fromEntries(proxies), ...(without ? { NO_PROXY: without } : {}) }
}

/** The passwords in those URLs, as they stand there and decoded. */
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
