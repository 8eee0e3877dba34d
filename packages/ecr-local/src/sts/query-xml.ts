import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, asApiError } from '../api-error.ts'
import { ConnectionBroken } from '../connection.ts'
import type { Ecr } from '../ecr.ts'
import { ACTIONS } from './actions.ts'
import { element } from './xml.ts'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** STS uses different names for authentication errors than the JSON services, with status 403. */
const STS_NAMES: Readonly<Record<string, readonly [name: string, status: number, message?: string]>> = {
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  IncompleteSignatureException: ['IncompleteSignature', 400],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  AccessDeniedException: ['AccessDenied', 403],
  ThrottlingException: ['Throttling', 400],
  // The only web identity error whose name is that of the JSON services.
  ExpiredWebIdentityToken: ['ExpiredTokenException', 400],
}

/** Serves one STS call: the AWS query protocol, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export async function serveSts(ecr: Ecr, request: IncomingMessage, body: Buffer, response: ServerResponse) {
  const query = new URL(request.url ?? '/', 'http://host').searchParams
  const parameters = request.method === 'GET' ? query : new URLSearchParams(body.toString())
  const name = parameters.get('Action') ?? ''
  const call = ecr.log.open('sts', name, response)
  const requestId = randomUUID()
  let answer: { status: number; xml: string }
  try {
    const action = ACTIONS.get(name)
    if (!action) throw new ApiError('InvalidAction', `Could not find operation ${name} for version 2011-06-15`)
    const { method = '', url = '', headers } = request
    const result = await action({
      ecr,
      parameters,
      signed: { method, url, headers, body },
      async identified(caller) {
        Object.assign(call, { account: caller?.account, region: caller?.region, accessKeyId: caller?.accessKeyId })
        const arn = caller?.arn ?? 'anonymous'
        const resource = parameters.get('RoleArn') ?? '*'
        const denial = `User: ${arn} is not authorized to perform: sts:${name} on resource: ${resource}`
        await ecr.faults.strike(call, name, denial, response)
      },
    })
    const content = element(`${name}Result`, result) + element('ResponseMetadata', { RequestId: requestId })
    answer = { status: 200, xml: `<${name}Response xmlns="${NAMESPACE}">${content}</${name}Response>` }
  } catch (error) {
    if (error instanceof ConnectionBroken || request.socket.destroyed) {
      call.error = 'ConnectionBroken'
      return
    }
    const failure = asApiError(error)
    const [code, status, message] = STS_NAMES[failure.name] ?? [failure.name, failure.status]
    call.error = code
    const Type = status < 500 ? 'Sender' : 'Receiver'
    const content = element('Error', { Type, Code: code, Message: message ?? failure.message })
    const id = element('RequestId', requestId)
    answer = { status, xml: `<ErrorResponse xmlns="${NAMESPACE}">${content}${id}</ErrorResponse>` }
  }
  response.writeHead(answer.status, { 'content-type': 'text/xml', 'x-amzn-RequestId': requestId })
  response.end(answer.xml)
}
