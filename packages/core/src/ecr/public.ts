import { loadSdk } from '../aws/load-sdk.ts'
import { NotAwsResponse } from '../aws/not-aws.ts'
import type { Environment } from '../base/environment.ts'
import { urlIn } from '../base/named-url.ts'
import type { AwsSession } from '../credentials/session.ts'
import { type JsonRequest, sendJson } from '../http/json-request.ts'
import type { Authorization } from './authorization.ts'
import { authorizationIn } from './authorization.ts'

/** The only region of the ECR Public login API: https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
export const PUBLIC_REGION = 'us-east-1'

function endpoint(env: Environment): URL {
  const dual = env['AWS_USE_DUALSTACK_ENDPOINT'] === 'true'
  const own = dual
    ? `https://ecr-public.${PUBLIC_REGION}.api.aws`
    : `https://api.ecr-public.${PUBLIC_REGION}.amazonaws.com`
  const variable = ['AWS_ENDPOINT_URL_ECR_PUBLIC', 'AWS_ENDPOINT_URL'].find((name) => env[name]) ?? ''
  return urlIn(variable, env[variable] || own)
}

/**
 * The signed request for the only ECR Public call that a login needs:
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html
 */
async function signed(session: AwsSession, url: URL): Promise<JsonRequest> {
  const { SignatureV4 } = await loadSdk()
  const { config } = await session.ecr()
  const signer = new SignatureV4({
    service: 'ecr-public',
    region: PUBLIC_REGION,
    credentials: await session.keys(),
    sha256: config.sha256,
  })
  const body = '{}'
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    query: {},
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'SpencerFrontendService.GetAuthorizationToken',
    },
    body,
  })
  return { method: 'POST', url, headers, body }
}

/** Same as in the SDK: an error has its AWS name. */
function errorOf(body: unknown, status: number): Error {
  const { __type = '', message = '', Message = '' } = (body ?? {}) as Record<string, string>
  const name = __type.split('#').at(-1)
  if (!name) return new NotAwsResponse(status)
  return Object.assign(new Error(message || Message), { name, $metadata: { httpStatusCode: status } })
}

/** A login for ECR Public. It is the only call there, so a separate SDK client would be excessive. */
export function publicAuthorization(session: AwsSession, env: Environment): Promise<Authorization> {
  const east = session.in(PUBLIC_REGION)
  return east.call('ecr-public:GetAuthorizationToken', async ({ abortSignal }) => {
    const { status, body } = await sendJson(() => signed(east, endpoint(env)), east.http, abortSignal)
    if (status !== 200 || typeof body !== 'object' || body === null) throw errorOf(body, status)
    const { authorizationToken, expiresAt } =
      (body as { authorizationData?: Record<string, unknown> }).authorizationData ?? {}
    const data = {
      ...(typeof authorizationToken === 'string' ? { authorizationToken } : {}),
      ...(typeof expiresAt === 'number' ? { expiresAt: new Date(expiresAt * 1_000) } : {}),
    }
    return authorizationIn(data, east)
  })
}
