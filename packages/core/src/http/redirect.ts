import type { IncomingHttpHeaders } from 'node:http'
import type { HttpRequest } from './exchange.ts'

/** Headers that are only for the first origin. */
const PRIVATE = ['authorization', 'cookie']

const REDIRECTS = [301, 302, 303, 307, 308]

/**
 * The request that follows a redirect; `undefined` if the response is not a redirect. Credentials are not sent to
 * another origin.
 *
 * @throws {Error} if the target is not an HTTP URL
 */
export function redirected(
  request: HttpRequest,
  { status, headers: { location } }: { readonly status: number; readonly headers: IncomingHttpHeaders },
): HttpRequest | undefined {
  if (!REDIRECTS.includes(status) || location === undefined) return undefined
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(`it redirects to ${JSON.stringify(location)}, which is not an HTTP URL`)
  }
  const kept = Object.entries(request.headers).filter(
    ([name]) => request.url.origin === url.origin || !PRIVATE.includes(name.toLowerCase()),
  )
  return { ...request, url, headers: Object.fromEntries(kept) }
}
