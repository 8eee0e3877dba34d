import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, asApiError } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import { authenticate } from '../identity/authentication.ts'
import { Input, serialization } from './input.ts'
import { OPERATIONS } from './operations.ts'

const TARGET_PREFIX = 'AmazonEC2ContainerRegistry_V20150921.'

/** Answers one call of the ECR API: AWS JSON 1.1, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export async function serveEcrApi(ecr: Ecr, request: IncomingMessage, body: Buffer, response: ServerResponse) {
  const target = String(request.headers['x-amz-target'])
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target
  const call = ecr.log.open('ecr', name)
  let answer: { status: number; body: object }
  try {
    const { method = '', url = '', headers } = request
    const caller = authenticate({ method, url, headers, body }, 'ecr', ecr.identities, ecr.settings.now())
    const { account, region, accessKeyId } = caller
    Object.assign(call, { account, region, accessKeyId })
    const operation = OPERATIONS.get(name)
    if (!operation || !target.startsWith(TARGET_PREFIX)) throw new ApiError('UnknownOperationException', '')
    const members = parse(body)
    if (typeof members['repositoryName'] === 'string') call.repository = members['repositoryName']
    answer = { status: 200, body: await operation({ input: new Input(members), caller, ecr }) }
  } catch (error) {
    const failure = asApiError(error)
    call.error = failure.name
    answer = { status: failure.status, body: { __type: failure.name, message: failure.message, ...failure.fields } }
  }
  call.status = answer.status
  const requestId = { 'x-amzn-RequestId': randomUUID() }
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1', ...requestId })
  response.end(JSON.stringify(answer.body))
}

function parse(body: Buffer): Record<string, unknown> {
  let members: unknown
  try {
    members = JSON.parse(body.toString() || '{}')
  } catch {
    throw serialization()
  }
  if (typeof members !== 'object' || members === null || Array.isArray(members)) throw serialization()
  return members as Record<string, unknown>
}
