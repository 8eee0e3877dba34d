import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { EcrLocal } from '../../packages/ecr-local/src/index.ts'

/** Temporary keys of a role, as AWS gives them out in many places. */
export interface SessionKeys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
}

/** Keys of a role that somebody else has assumed. */
export async function sessionKeys(ecr: EcrLocal, role: string): Promise<SessionKeys> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = ecr.environment
  const credentials = { accessKeyId, secretAccessKey }
  const client = new STSClient({ endpoint: ecr.endpoint, region: ecr.region, credentials })
  const RoleArn = `arn:aws:iam::${ecr.account}:role/${role}`
  const { Credentials } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'before' }))
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  return { AccessKeyId, SecretAccessKey, SessionToken }
}

/** The environment of a machine that reaches AWS and has no keys of its own. */
export const bareMachine = ({ endpoint, region }: EcrLocal): Record<string, string> => ({
  AWS_ENDPOINT_URL_ECR: endpoint,
  AWS_ENDPOINT_URL_STS: endpoint,
  AWS_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
})

/** A place on this machine that answers HTTP requests, and what it was asked. */
export interface Place extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[]
}

export async function startPlace(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Place> {
  const requests: { line: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization })
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const inPlace = ({ AccessKeyId, SecretAccessKey, SessionToken }: SessionKeys): string =>
  JSON.stringify({ AccessKeyId, SecretAccessKey, Token: SessionToken, Expiration: '2100-01-01T00:00:00Z' })

/** The credentials endpoint of a container: EKS Pod Identity, ECS. */
export const startContainerEndpoint = (keys: SessionKeys): Promise<Place> =>
  startPlace((_, response) => response.end(inPlace(keys)))

/** The metadata service of an EC2 instance with a role. */
export const startMetadataService = (keys: SessionKeys): Promise<Place> =>
  startPlace(({ method, url = '' }, response) => {
    if (method === 'PUT') response.end('metadata-token')
    else response.end(url.endsWith('/security-credentials/') ? 'machine' : inPlace(keys))
  })

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token like those that GitHub signs for a job, with a signature that nobody verifies here. */
export function githubToken(claims: object = {}): string {
  const payload = {
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:octo-org/app:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    exp: Math.floor(Date.now() / 1000) + 300,
    ...claims,
  }
  const text = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(payload)}`
  return `${text}.${createHmac('sha256', 'key').update(text).digest('base64url')}`
}

/** GitHub's endpoint for the tokens of one job, and the variables of a job with `id-token: write`. */
export async function startTokenEndpoint(token: string) {
  const place = await startPlace((_, response) => response.end(JSON.stringify({ value: token })))
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${place.url}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-request-token-of-this-job',
  }
  return { ...place, environment }
}
