import { Failure, reason, sentence } from '../base/failure.ts'
import { HttpLimitError } from '../http/clock.ts'
import { denialLine } from './access-denied.ts'
import type { AwsCall } from './call.ts'
import { isNotAws, notAwsLine } from './not-aws.ts'
import { ecrLine } from './service-failure.ts'

const name = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Network error codes, as opposed to Node's errors about invalid arguments. */
const CODE = /^E(?!RR_INVALID_)[A-Z_]+$/

/** The first system error code in an error and its causes: `ECONNREFUSED`; `ETIMEDOUT` if the SDK timed out. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && CODE.test(error.code)) return error.code
  if (error instanceof AggregateError) return error.errors.map(systemCode).find((code) => code !== undefined)
  return systemCode(error.cause) ?? (error.name === 'TimeoutError' ? 'ETIMEDOUT' : undefined)
}

const THROTTLED: ReadonlySet<string> = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException'])

/**
 * Whether there was no meaningful response from AWS: it was unreachable, failed itself, or something else responded.
 */
export function isUnanswered(error: unknown): boolean {
  const status =
    error instanceof Error && '$metadata' in error
      ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode
      : undefined
  return systemCode(error) !== undefined || isNotAws(error) || (status ?? 0) >= 500
}

/** Whether AWS is temporarily unavailable: it does not respond, or throttles. */
export const isUnavailable = (error: unknown): boolean => THROTTLED.has(name(error)) || isUnanswered(error)

/** AWS appends what it would have signed: many lines, including the session token. */
const CANONICAL = /\s*The (?:Canonical String|String-to-Sign) .*/s

/** A signature can be invalid for several reasons, which only AWS's own message distinguishes. */
function signatureLine(message: string, { source, region, action }: AwsCall): string {
  const said = sentence(message.replace(CANONICAL, ''))
  if (/scoped to/.test(message)) {
    return `AWS refuses ${action} in ${region}: ${said} Check the region, and the variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… if they are set on the runner.`
  }
  return `AWS refuses the secret access key from ${source}: ${said} Check that it belongs to the access key ID and was copied completely; otherwise, a proxy may be changing the requests.`
}

function line(error: unknown, call: AwsCall): string | undefined {
  const message = reason(error)
  switch (name(error)) {
    case 'AccessDeniedException':
    case 'AccessDenied':
      return denialLine(message, call)
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return `AWS does not know the access key from ${call.source}: ${sentence(message)} Check that the key is active and belongs to this partition.`
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      if (/^Signature (?:expired|not yet current)/.test(message)) {
        return `AWS refuses the call because the clock of the runner is wrong: ${sentence(message)} Set the clock.`
      }
      return signatureLine(message, call)
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return `The AWS session from ${call.source} has expired. Get new credentials before this step.`
    case 'MissingAuthenticationTokenException':
    case 'MissingAuthenticationToken':
      return `AWS got no credentials from ${call.source}.`
    case 'ThrottlingException':
    case 'Throttling':
    case 'TooManyRequestsException':
      return `AWS still throttles ${call.action} in ${call.region} after all retries (${message}). Run fewer jobs at the same time, or request a higher quota from AWS.`
    default:
      return undefined
  }
}

/** OpenSSL's reasons to reject a certificate: `SELF_SIGNED_CERT_IN_CHAIN`. */
const UNTRUSTED = /^(?:UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT|ERR_TLS_CERT)_/

function untrusted(error: unknown, subject: string): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return UNTRUSTED.test(code)
    ? `${subject} failed: the certificate of AWS's endpoint, or of a proxy before it, is not trusted (${code}). If the certificate is your own, set NODE_EXTRA_CA_CERTS on the runner to the file with its CA certificate.`
    : undefined
}

function noEndpoint(error: unknown, subject: string): string | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_URL')) return undefined
  const { input = '' } = error as { input?: unknown }
  return `${subject} cannot be sent: the endpoint '${input}' is not a URL. Set AWS_ENDPOINT_URL, or AWS_ENDPOINT_URL_… for the service, as https:// and a host.`
}

/** The proxy's response, or the exceeded limit; other codes are sufficient. */
function detail(error: unknown): string {
  if (error instanceof HttpLimitError) return `, ${error.message}`
  const [, answer] = /^Failed to establish tunnel to \S+ via \S+: (.*)/.exec(reason(error)) ?? []
  return answer === undefined ? '' : `, the proxy answered '${answer}'`
}

const unreached = (error: unknown, code: string, subject: string, region: string): string =>
  `${subject} failed: AWS cannot be reached in region ${region} (${code}${detail(error)}). Check the region's name, the network and the proxy of the runner.`

/** Converts an SDK error to a `Failure`, which says what to change if that is known. */
export function awsFailure(error: unknown, call: AwsCall): Failure {
  if (error instanceof Failure) return error
  const code = systemCode(error)
  const subject = `${call.action}${call.repository === undefined ? '' : ` for repository '${call.repository}'`}`
  const said = sentence(reason(error))
  const text =
    line(error, call) ??
    ecrLine(name(error), said, { subject, region: call.region }) ??
    untrusted(error, subject) ??
    noEndpoint(error, subject) ??
    // A truncated response cannot be parsed either, but has an error code.
    (code === undefined ? notAwsLine(error, subject, call.region) : unreached(error, code, subject, call.region)) ??
    `${subject} failed in ${call.region}: ${name(error)}: ${said}`
  return new Failure(text, { cause: error })
}
