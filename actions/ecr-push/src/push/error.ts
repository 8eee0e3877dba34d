/**
 * Kinds of push failures:
 * - `transient`: the same push may well succeed a moment later
 * - `expired`: it needs a new login
 * - `unexplained`: the registry's reason was lost on the way, which old and new engines do with 400, 401 and 403
 * - `final`: another attempt changes nothing
 */
export type PushProblem = 'transient' | 'expired' | 'unexplained' | 'final'

const EXPIRED = /authorization token has expired|no basic auth credentials/i

/** Responses to HEAD have no body, which confuses engines with the classic store. */
const BODILESS = /error parsing HTTP (\d{3}) response body: unexpected end of JSON input/

/** Reasons from ECR itself; they may quote arbitrary names, so they are checked first. */
const FINAL =
  /is not authorized to perform|cannot be overwritten because|does not exist in the registry with id|maximum allowed number of images|tag does not exist|^name unknown|^tag invalid|Unsupported manifest|failed to satisfy constraint/i

const UNEXPLAINED = /: 40[013] (?:Bad Request|Unauthorized|Forbidden)$/

const TRANSIENT = [
  /\btoomanyrequests\b/i,
  /\bRate exceeded\b/i,
  // A new BuildKit reports the registry's message, but omits the status 500.
  /^unknown: Internal (?:server )?error/i,
  /(?:status|: ).*\b(?:429|5\d\d) [A-Z][A-Za-z ]+$/,
  /\b(?:unexpected )?EOF$/,
  /connection (?:reset|refused)/,
  /broken pipe/,
  /use of closed network connection/,
  /i\/o timeout/,
  /TLS handshake timeout/,
  /context deadline exceeded/i,
  /Client\.Timeout exceeded/,
  /no such host/,
  /server misbehaving/,
  /temporary failure in name resolution/i,
  /no route to host/,
  /network is unreachable/,
  /\bno response\b/,
]

/** Classifies the last line that docker prints about a failed push. */
export function pushProblem(said: string): PushProblem {
  const line = said.trim()
  if (EXPIRED.test(line)) return 'expired'
  if (FINAL.test(line)) return 'final'
  const [, status = ''] = BODILESS.exec(line) ?? []
  if (UNEXPLAINED.test(line) || /^40[013]$/.test(status)) return 'unexplained'
  if (/^(?:429|5\d\d)$/.test(status)) return 'transient'
  return TRANSIENT.some((pattern) => pattern.test(line)) ? 'transient' : 'final'
}
