import { SignatureV4 } from '@smithy/signature-v4'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { publicAuthorization } from '../../src/ecr/public.ts'
import { openAws, stubAws } from '../support/aws.ts'
import { httpServer, json, type SeenRequest } from '../support/http-server.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const KEYS = { accessKeyId: 'AKIA', secretAccessKey: 's3cret', sessionToken: 't0ken' }
const TOKEN = Buffer.from('AWS:pass').toString('base64')
const ANSWER = { authorizationData: { authorizationToken: TOKEN, expiresAt: 1_795_000_000.5 } }

function ask(endpoint: string) {
  stubAws({ AWS_ENDPOINT_URL_ECR_PUBLIC: endpoint })
  const { session, job } = openAws({ keys: KEYS })
  return { job, asked: publicAuthorization(session, process.env) }
}

/** What the request's signature should be, made by the SDK's own code from what arrived. */
async function expectedSignature({ headers, body }: SeenRequest, host: string): Promise<string | undefined> {
  const signer = new SignatureV4({
    service: 'ecr-public',
    region: 'us-east-1',
    credentials: KEYS,
    sha256: (await openAws({ keys: KEYS }).session.ecr()).config.sha256,
  })
  const time = String(headers['x-amz-date']).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: host,
      path: '/',
      query: {},
      headers: { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': String(headers['x-amz-target']) },
      body,
    },
    { signingDate: new Date(time) },
  )
  return signed.headers['authorization']
}

describe('a login for ECR Public', () => {
  test('is one signed call in us-east-1', async () => {
    const server = await httpServer((_, response) => json(response, 200, ANSWER))
    const { asked, job } = ask(server.url)
    expect(await asked).toEqual({
      username: 'AWS',
      password: 'pass',
      token: TOKEN,
      expiresAt: new Date(1_795_000_000_500),
    })
    const [request] = server.requests
    expect(request).toMatchObject({
      method: 'POST',
      url: '/',
      body: '{}',
      headers: {
        'x-amz-target': 'SpencerFrontendService.GetAuthorizationToken',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-security-token': 't0ken',
      },
    })
    expect(request?.headers.authorization).toContain('/us-east-1/ecr-public/aws4_request')
    expect(request?.headers.authorization).toBe(
      request && (await expectedSignature(request, `127.0.0.1:${server.port}`)),
    )
    expect(job.told.masks).toEqual(expect.arrayContaining(['pass', TOKEN]))
  })

  test('is asked for again when AWS throttles', async () => {
    const server = await httpServer((_, response, number) =>
      number === 1 ? json(response, 400, { __type: 'ThrottlingException' }) : json(response, 200, ANSWER),
    )
    expect(await ask(server.url).asked).toMatchObject({ password: 'pass' })
    expect(server.requests).toHaveLength(2)
  })

  test.each([
    [
      {
        __type: 'com.amazon.coral.service#AccessDeniedException',
        Message:
          'User: arn:aws:iam::1:user/ci is not authorized to perform: ecr-public:GetAuthorizationToken on resource: *',
      },
      'AWS denies ecr-public:GetAuthorizationToken to arn:aws:iam::1:user/ci. Add this statement to its IAM policy: {"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}',
    ],
    [
      { __type: 'UnrecognizedClientException', message: 'Invalid.' },
      "AWS does not know the access key from the inputs 'access_key_id' and 'secret_access_key': Invalid. Check that the key is active and belongs to this partition.",
    ],
    [{}, 'ecr-public:GetAuthorizationToken failed: the response in region us-east-1 (status 400) is not from AWS.'],
    [null, 'ecr-public:GetAuthorizationToken failed: the response in region us-east-1 (status 400) is not from AWS.'],
  ])('that AWS refuses with %j is one line', async (body, line) => {
    const server = await httpServer((_, response) => json(response, 400, body))
    await expect(ask(server.url).asked).rejects.toThrow(line)
  })

  test('where nobody listens is one line', async () => {
    await expect(ask('http://127.0.0.1:1').asked).rejects.toThrow(
      'ecr-public:GetAuthorizationToken failed: AWS cannot be reached in region us-east-1 (ECONNREFUSED).',
    )
  })

  test('in a page of a proxy is one line', async () => {
    const server = await httpServer((_, response) => response.end('<html>'))
    await expect(ask(server.url).asked).rejects.toThrow(
      'ecr-public:GetAuthorizationToken failed: the response in region us-east-1 (status 200) is not from AWS.',
    )
  })

  test('that has no token is one line', async () => {
    const server = await httpServer((_, response) => json(response, 200, {}))
    await expect(ask(server.url).asked).rejects.toThrow('ECR in us-east-1 returned no token for GetAuthorizationToken.')
  })
})
