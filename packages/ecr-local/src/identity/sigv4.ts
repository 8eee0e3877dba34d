import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** AWS Signature Version 4 in the Authorization header: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/

/** The claims of the signature, before verification. */
export interface Claim {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

export interface SignedRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/** undefined if the header is not SigV4 */
export function claimOf(authorization: string): Claim | undefined {
  const found = AUTHORIZATION.exec(authorization)
  if (!found) return undefined
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = found
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** Whether the holder of this secret signed exactly this request. */
export function isSignedBy(secretAccessKey: string, claim: Claim, request: SignedRequest): boolean {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`
  const time = String(request.headers['x-amz-date'] ?? '')
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest(claim, request))].join('\n')
  const key = [claim.date, claim.region, claim.service, 'aws4_request'].reduce<Uint8Array>(
    (parent, part) => hmac(parent, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  )
  return timingSafeEqual(hmac(key, text), Buffer.from(claim.signature, 'hex'))
}

function canonicalRequest(claim: Claim, request: SignedRequest): string {
  const { pathname, searchParams } = new URL(request.url, 'http://host')
  const query = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
  const headers = claim.signedHeaders.map((name) => `${name}:${headerValue(request.headers[name])}\n`)
  return [
    request.method,
    pathname.split('/').map(encode).join('/'),
    query.join('&'),
    headers.join(''),
    claim.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n')
}

const headerValue = (value: string | string[] | undefined) =>
  String(value ?? '')
    .trim()
    .replace(/ +/g, ' ')

/** RFC 3986; encodeURIComponent does not encode five characters that the signature encodes. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
