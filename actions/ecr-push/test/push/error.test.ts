import { describe, expect, test } from 'vitest'
import { type PushProblem, pushProblem } from '../../src/push/error.ts'

const URL = 'http://127.0.0.1:5123/v2/app'
const IAM =
  'User: arn:aws:sts::123456789012:assumed-role/X/Y is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:123456789012:repository/iam because no identity-based policy allows the ecr:InitiateLayerUpload action'
const IMMUTABLE =
  "The image tag '1' already exists in the 'frozen' repository and cannot be overwritten because the tag is immutable."
const MISSING = "The repository with name 'missing' does not exist in the registry with id '123456789012'"

/** The last line of `docker push`: of engines with the classic store first, of 28.5 with containerd's or of BuildKit 0.25 second. */
const SAID: Record<PushProblem, readonly string[]> = {
  transient: [
    'toomanyrequests: Rate exceeded',
    'error from registry: Rate exceeded',
    'unknown: Internal error',
    'received unexpected HTTP status: 500 Internal Server Error',
    `unknown: unexpected status from POST request to ${URL}/blobs/uploads/?mount=sha256:95d8&from=app: 500 Internal Server Error`,
    `unexpected status from PUT request to ${URL}/manifests/1: 429 Too Many Requests`,
    `unexpected status from PUT request to ${URL}/manifests/1: 503 Service Unavailable`,
    'Get "https://nosuchhost.invalid/v2/": dial tcp: lookup nosuchhost.invalid on 10.255.255.53:53: no such host',
    'failed to do request: Head "https://nosuchhost.invalid/v2/app/blobs/sha256:e1c2": dial tcp: lookup nosuchhost.invalid on 10.255.255.53:53: no such host',
    'Get "http://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused',
    `failed to do request: Put "${URL}/blobs/uploads/1": read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer`,
    `Patch "${URL}/blobs/uploads/1": write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe`,
    `failed to do request: Head "${URL}/manifests/1": EOF`,
    'unexpected EOF',
    'error parsing HTTP 429 response body: unexpected end of JSON input: ""',
    'error parsing HTTP 503 response body: unexpected end of JSON input: ""',
    'net/http: TLS handshake timeout',
    'dial tcp 10.0.0.1:443: i/o timeout',
  ],
  expired: [
    'denied: Your authorization token has expired. Reauthenticate and try again.',
    "denied: Your Authorization Token has expired. Please run 'aws ecr get-login' to fetch a new one.",
    'no basic auth credentials',
    'push access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
  ],
  unexplained: [
    `unknown: unexpected status from HEAD request to ${URL}/blobs/sha256:e1c2: 403 Forbidden`,
    `failed commit on ref "manifest-sha256:ab": unexpected status from PUT request to ${URL}/manifests/1: 400 Bad Request`,
    `unexpected status from HEAD request to ${URL}/blobs/sha256:e1c2: 401 Unauthorized`,
    'error parsing HTTP 403 response body: unexpected end of JSON input: ""',
  ],
  final: [
    `denied: ${IAM}`,
    `error from registry: ${IAM}`,
    `tag invalid: ${IMMUTABLE}`,
    `error from registry: ${IMMUTABLE}`,
    `name unknown: ${MISSING}`,
    `error from registry: ${MISSING}`,
    `error from registry: ${MISSING.replace('missing', 'toomanyrequests/eof: 500')}`,
    'error parsing HTTP 404 response body: unexpected end of JSON input: ""',
    'tag does not exist: 127.0.0.1:5123/app:nolocal',
    `unexpected status from PUT request to ${URL}/manifests/1: 405 Method Not Allowed`,
    '',
  ],
}

describe.each(Object.entries(SAID))('%s', (problem, lines) => {
  test.each(lines)('%s', (line) => {
    expect(pushProblem(line)).toBe(problem)
  })
})
