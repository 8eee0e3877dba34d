import { describe, expect, test } from 'vitest'
import { awsFailure, isUnavailable } from '../../src/aws/failure.ts'
import { NotAwsResponse } from '../../src/aws/not-aws.ts'
import { Failure } from '../../src/base/failure.ts'

const CALL = {
  action: 'ecr:CreateRepository',
  region: 'eu-central-1',
  source: "the inputs 'access_key_id' and 'secret_access_key'",
}

const named = (name: string, message = 'What AWS says.') => Object.assign(new Error(message), { name })
const coded = (code: string, more: ErrorOptions = {}) => Object.assign(new Error(`connect ${code}`, more), { code })

const answered = (error: Error, status: number, type?: string) =>
  Object.assign(error, { $metadata: { httpStatusCode: status }, $response: { headers: { 'content-type': type } } })

const lineOf = (error: unknown, repository?: string) =>
  awsFailure(error, { ...CALL, ...(repository === undefined ? {} : { repository }) }).message

describe('what AWS refuses', () => {
  test.each([
    [
      ['UnrecognizedClientException', 'InvalidClientTokenId'],
      "AWS does not know the access key from the inputs 'access_key_id' and 'secret_access_key': What AWS says. Check that the key is active and belongs to this partition.",
    ],
    [
      ['InvalidSignatureException', 'SignatureDoesNotMatch'],
      "AWS refuses the secret access key from the inputs 'access_key_id' and 'secret_access_key': What AWS says. Check that it belongs to the access key ID and was copied completely; otherwise, a proxy may be changing the requests.",
    ],
    [
      ['ExpiredTokenException', 'ExpiredToken'],
      "The AWS session from the inputs 'access_key_id' and 'secret_access_key' has expired. Get new credentials before this step.",
    ],
    [
      ['MissingAuthenticationTokenException', 'MissingAuthenticationToken'],
      "AWS got no credentials from the inputs 'access_key_id' and 'secret_access_key'.",
    ],
    [
      ['ThrottlingException', 'Throttling', 'TooManyRequestsException'],
      'AWS still throttles ecr:CreateRepository in eu-central-1 after all retries (What AWS says.). Run fewer jobs at the same time, or request a higher quota from AWS.',
    ],
    [
      ['AccessDeniedException', 'AccessDenied'],
      'AWS denies ecr:CreateRepository to this identity. Add this statement to its IAM policy: {"Effect":"Allow","Action":"ecr:CreateRepository","Resource":"*"}',
    ],
  ])('%j', (names, line) => {
    for (const name of names) expect(lineOf(named(name))).toBe(line)
  })
})

test('of a signature, AWS has its own words, but for the text that it would have signed', () => {
  const message =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\n'POST\nx-amz-security-token:t0ken\n'"
  expect(lineOf(named('InvalidSignatureException', message))).toBe(
    "AWS refuses the secret access key from the inputs 'access_key_id' and 'secret_access_key': The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Check that it belongs to the access key ID and was copied completely; otherwise, a proxy may be changing the requests.",
  )
})

test('a signature for another region is no wrong secret', () => {
  const message = "Credential should be scoped to a valid region, not 'eu-central-1'."
  expect(lineOf(named('InvalidSignatureException', message))).toBe(
    `AWS refuses ecr:CreateRepository in eu-central-1: ${message} Check the region, and the variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… if they are set on the runner.`,
  )
})

test.each([
  'Signature expired: 20261121T010203Z is now earlier than 20261121T020203Z (20261121T020703Z - 5 min.)',
  'Signature not yet current: 20261121T030203Z is still later than 20261121T020203Z (20261121T015703Z + 5 min.)',
])('a clock that is wrong is no wrong secret: %s', (message) => {
  expect(lineOf(named('InvalidSignatureException', message))).toBe(
    `AWS refuses the call because the clock of the runner is wrong: ${message}. Set the clock.`,
  )
})

describe('what any call of ECR can get', () => {
  test.each([
    [
      'ServerException',
      "ecr:CreateRepository for repository 'team/app' failed with an AWS server error in eu-central-1, after all retries: What AWS says. Run the job again.",
    ],
    [
      'KmsException',
      "KMS refuses the key at ecr:CreateRepository for repository 'team/app': What AWS says. Check that the repository's key is an enabled symmetric key of region eu-central-1, and that its key policy lets this identity use it.",
    ],
    [
      'LimitExceededException',
      "A quota of ECR in eu-central-1 is exceeded at ecr:CreateRepository for repository 'team/app': What AWS says. Delete what is no longer needed, or request a higher quota from AWS.",
    ],
  ])('%s', (name, line) => {
    expect(lineOf(named(name), 'team/app')).toBe(line)
    expect(lineOf(named(name, 'What AWS says'), 'team/app')).toBe(line)
  })
})

describe('AWS cannot be reached', () => {
  const line = (code: string, subject = 'ecr:CreateRepository') =>
    `${subject} failed: AWS cannot be reached in region eu-central-1 (${code}). Check the region's name, the network and the proxy of the runner.`

  test.each([
    ['ENOTFOUND', coded('ENOTFOUND')],
    ['EAI_AGAIN', new Error('wrapped', { cause: coded('EAI_AGAIN') })],
    ['ECONNREFUSED', new AggregateError([new Error('none'), coded('ECONNREFUSED'), coded('ENETUNREACH')])],
    ['ETIMEDOUT', coded('SomethingElse', { cause: coded('ETIMEDOUT') })],
  ])('%s', (code, error) => {
    expect(lineOf(error)).toBe(line(code))
  })

  test('what the SDK waited for too long', () => {
    expect(lineOf(named('TimeoutError', 'the request socket did not establish a connection'))).toBe(line('ETIMEDOUT'))
  })

  test('a proxy that refuses is quoted', () => {
    const tunnel =
      'Failed to establish tunnel to api.ecr.eu-central-1.amazonaws.com:443 via http://proxy.example:3128/: HTTP/1.1 407 Proxy Authentication Required'
    expect(lineOf(Object.assign(new Error(tunnel), { code: 'ERR_PROXY_TUNNEL' }))).toBe(
      line("ERR_PROXY_TUNNEL, the proxy answered 'HTTP/1.1 407 Proxy Authentication Required'"),
    )
  })

  test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'because of a certificate: %s',
    (code) => {
      expect(lineOf(coded(code))).toBe(
        `ecr:CreateRepository failed: the certificate of AWS's endpoint, or of a proxy before it, is not trusted (${code}). If the certificate is your own, set NODE_EXTRA_CA_CERTS on the runner to the file with its CA certificate.`,
      )
    },
  )

  test('the repository is named', () => {
    expect(lineOf(coded('ENOTFOUND'), 'team/app')).toBe(
      line('ENOTFOUND', "ecr:CreateRepository for repository 'team/app'"),
    )
  })
})

describe('something else answered in place of AWS', () => {
  const line = (what: string) =>
    `ecr:CreateRepository failed: the response in region eu-central-1${what} is not from AWS. Check the proxy of the runner, and its variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… if they are set.`
  const unreadable = "Unexpected token '<'\n  Deserialization error: to see the raw response"

  test.each([
    [answered(named('SyntaxError', unreadable), 200, 'text/html'), ' (status 200, type text/html)'],
    [answered(named('Unknown', 'UnknownError'), 302), ' (status 302)'],
    [named('UnknownError'), ''],
    [new NotAwsResponse(403), ' (status 403)'],
    [new NotAwsResponse(undefined), ''],
  ])('%j', (error, what) => {
    expect(lineOf(error)).toBe(line(what))
    expect(isUnavailable(error)).toBe(true)
  })
})

test('an answer of AWS that ends in its middle is not the answer of something else', () => {
  const half = Object.assign(answered(named('Error', 'aborted\n  Deserialization error: to see'), 200), {
    code: 'ECONNRESET',
  })
  expect(lineOf(half)).toMatch(/AWS cannot be reached in region eu-central-1 \(ECONNRESET\)/)
})

test('an endpoint that is no URL', () => {
  const error = Object.assign(coded('ERR_INVALID_URL'), { input: 'localhost' })
  expect(lineOf(error)).toBe(
    "ecr:CreateRepository cannot be sent: the endpoint 'localhost' is not a URL. Set AWS_ENDPOINT_URL, or AWS_ENDPOINT_URL_… for the service, as https:// and a host.",
  )
  expect(isUnavailable(error)).toBe(false)
})

describe('anything else says what the call was and what AWS said', () => {
  test.each([
    [named('UnsupportedCommandException', 'No'), 'UnsupportedCommandException: No.'],
    ...[42, 'ERR_1', 'xERR'].map((code): [Error, string] => [
      Object.assign(named('Odd', 'Odd.'), { code }),
      'Odd: Odd.',
    ]),
  ])('%j', (error, rest) => {
    expect(lineOf(error, 'team/app')).toBe(
      `ecr:CreateRepository for repository 'team/app' failed in eu-central-1: ${rest}`,
    )
  })
})

test('the error stays as the cause, and a Failure stays itself', () => {
  const error = named('ExpiredToken')
  expect(awsFailure(error, CALL)).toBeInstanceOf(Failure)
  expect(awsFailure(error, CALL).cause).toBe(error)
  const failure = new Failure('Mend this.')
  expect(awsFailure(failure, CALL)).toBe(failure)
})

test.each([
  [coded('ECONNREFUSED'), true],
  [named('TimeoutError'), true],
  [named('Throttling'), true],
  [Object.assign(named('InternalFailure'), { $metadata: { httpStatusCode: 500 } }), true],
  [Object.assign(named('InvalidClientTokenId'), { $metadata: { httpStatusCode: 403 } }), false],
  [named('AccessDenied'), false],
  ['no error', false],
])('whether %j says nothing about the call is %s', (error, unavailable) => {
  expect(isUnavailable(error)).toBe(unavailable)
})
