import type { DaemonDiagnosis } from './cause.ts'
import type { Endpoint } from './endpoint.ts'
import type { Answer, RequestError } from './ping.ts'
import { quote } from './quote.ts'

function refused(proxy: string, what: string): DaemonDiagnosis {
  // Without the credentials.
  return { cause: 'proxy_refused', seen: `is reached through the proxy ${new URL(proxy).host}, which ${what}` }
}

/** Diagnoses a failure on the way to the proxy or at the proxy; `undefined` for one behind it, such as TLS. */
export function diagnoseProxyError({ proxy }: Endpoint, { cause }: RequestError): DaemonDiagnosis | undefined {
  if (proxy === undefined) return undefined
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (code === 'ERR_PROXY_TUNNEL') {
    const [, answer] = /(HTTP\/1\.\d \d{3}[^\r\n]*)/.exec(message) ?? []
    return refused(proxy, answer === undefined ? 'does not answer' : `answers '${quote(answer, 80)}'`)
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return refused(proxy, 'closes the connection without an answer')
  return /^E[A-Z]+(?:_AGAIN)?$/.test(code) ? refused(proxy, `cannot be reached (${code})`) : undefined
}

/** A response without the header that every daemon sends comes from the proxy. */
export function diagnoseProxyAnswer({ proxy }: Endpoint, answer: Answer): DaemonDiagnosis | undefined {
  if (proxy === undefined || answer.headers['api-version'] !== undefined) return undefined
  const said = quote(answer.body, 200).replace(/\.$/, '')
  return refused(proxy, `answers ${answer.status}${said === '' ? '' : `: ${said}`}`)
}
