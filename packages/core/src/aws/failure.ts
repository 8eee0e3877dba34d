import { Failure, reason, sentence } from '../base/failure.ts'
import { HttpLimitError } from '../http/clock.ts'
import { denialLine } from './access-denied.ts'
import type { AwsCall } from './call.ts'
import { isNotAws, notAwsLine } from './not-aws.ts'
import { ecrLine } from './service-failure.ts'

const name = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Codes of the network: not what Node has against the values that it is given. */
const CODE = /^E(?!RR_INVALID_)[A-Z_]+$/

/** The first system error code in an error and its causes: `ECONNREFUSED`; `ETIMEDOUT` where the SDK waited too long. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && CODE.test(error.code)) return error.code
  if (error instanceof AggregateError) return error.errors.map(systemCode).find((code) => code !== undefined)
  return systemCode(error.cause) ?? (error.name === 'TimeoutError' ? 'ETIMEDOUT' : undefined)
}

const THROTTLED: ReadonlySet<string> = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException'])

/** Whether AWS gave no answer that means anything: it was not reached, had a failure of its own, or something else answered. */
export function isUnanswered(error: unknown): boolean {
  const status =
    error instanceof Error && '$metadata' in error
      ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode
      : undefined
  return systemCode(error) !== undefined || isNotAws(error) || (status ?? 0) >= 500
}

/** Whether AWS cannot be asked at the moment: it gives no answer, or throttles. */
export const isUnavailable = (error: unknown): boolean => THROTTLED.has(name(error)) || isUnanswered(error)

/** AWS shows what it would have signed behind its words: many lines, with the session token in them. */
const CANONICAL = /\s*The (?:Canonical String|String-to-Sign) .*/s

/** A signature is wrong for more than one reason, which only AWS's own words tell. */
function signatureLine(message: string, { source, region, action }: AwsCall): string {
  const said = sentence(message.replace(CANONICAL, ''))
  if (/scoped to/.test(message)) {
    return `AWS refuses ${action} in ${region}: ${said} Check the region, and the variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… where the runner sets them.`
  }
  return `AWS refuses the secret access key from ${source}: ${said} Check that it belongs to the access key id and has no missing or added character; where that is so, a proxy changes the requests.`
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
      return `AWS still throttles ${call.action} in ${call.region} after all retries (${message}). Run fewer jobs at once, or ask AWS for a higher quota.`
    default:
      return undefined
  }
}

/** What OpenSSL has against a certificate: `SELF_SIGNED_CERT_IN_CHAIN`. */
const UNTRUSTED = /^(?:UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT|ERR_TLS_CERT)_/

function untrusted(error: unknown, subject: string): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return UNTRUSTED.test(code)
    ? `${subject} failed: the certificate of AWS's endpoint, or of a proxy before it, is not trusted (${code}). Where it is your own, name the file with its authority's certificate in NODE_EXTRA_CA_CERTS of the runner.`
    : undefined
}

function noEndpoint(error: unknown, subject: string): string | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_URL')) return undefined
  const { input = '' } = error as { input?: unknown }
  return `${subject} cannot be sent: the endpoint '${input}' is no URL. Give AWS_ENDPOINT_URL, or AWS_ENDPOINT_URL_… for the service, as https:// and a host.`
}

/** What a proxy answered, or which limit is over; other codes say enough. */
function detail(error: unknown): string {
  if (error instanceof HttpLimitError) return `, ${error.message}`
  const [, answer] = /^Failed to establish tunnel to \S+ via \S+: (.*)/.exec(reason(error)) ?? []
  return answer === undefined ? '' : `, the proxy answered '${answer}'`
}

const unreached = (error: unknown, code: string, subject: string, region: string): string =>
  `${subject} failed: AWS cannot be reached in region ${region} (${code}${detail(error)}). Check the region's name, the network and the proxy of the runner.`

/** The `Failure` for what the SDK threw, with the cure where there is one. */
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
    // An answer that ends in its middle cannot be read either, and has a code.
    (code === undefined ? notAwsLine(error, subject, call.region) : unreached(error, code, subject, call.region)) ??
    `${subject} failed in ${call.region}: ${name(error)}: ${said}`
  return new Failure(text, { cause: error })
}
