import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, asApiError } from '../api-error.ts'
import type { Call } from '../call-log.ts'
import { ConnectionBroken } from '../connection.ts'
import type { Ecr } from '../ecr.ts'
import { authenticate, type Caller } from '../identity/authentication.ts'
import { denied } from '../model/access.ts'
import { Input } from './input.ts'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { REQUESTS } from './requests.ts'
import { demandShape, type Structure, serialization } from './shape.ts'

/** A service with the AWS JSON 1.1 protocol, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export interface JsonApi {
  /** The service name in signatures. */
  readonly service: 'ecr' | 'ecr-public'
  /** The prefix of the operation in `X-Amz-Target`. */
  readonly target: string
  readonly operations: ReadonlyMap<string, Operation>
  readonly requests: Readonly<Record<string, Structure>>
  /**
   * The caller as seen by the service's operations.
   *
   * @throws ApiError if the service does not exist in the caller's region
   */
  enter(caller: Caller): Caller
}

export const ECR_API: JsonApi = {
  service: 'ecr',
  target: 'AmazonEC2ContainerRegistry_V20150921.',
  operations: OPERATIONS,
  requests: REQUESTS,
  enter: (caller) => caller,
}

/** Serves one API call. */
export async function serveJson11(
  ecr: Ecr,
  api: JsonApi,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
) {
  const target = String(request.headers['x-amz-target'])
  const operation = target.startsWith(api.target) ? target.slice(api.target.length) : target
  const call = ecr.log.open(api.service, operation, response)
  let answer: { status: number; body: object }
  try {
    const { method = '', url = '', headers } = request
    const caller = authenticate({ method, url, headers, body }, api.service, ecr.identities)
    answer = { status: 200, body: await run(ecr, api, api.enter(caller), call, body, response) }
  } catch (error) {
    if (error instanceof ConnectionBroken || request.socket.destroyed) {
      call.error = 'ConnectionBroken'
      return
    }
    const failure = asApiError(error)
    call.error = failure.name
    answer = { status: failure.status, body: { __type: failure.name, message: failure.message, ...failure.fields } }
  }
  const requestId = { 'x-amzn-RequestId': randomUUID() }
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1', ...requestId })
  response.end(JSON.stringify(answer.body))
}

async function run(
  ecr: Ecr,
  api: JsonApi,
  caller: Caller,
  call: Call,
  body: Buffer,
  response: ServerResponse,
): Promise<object> {
  const { account, region, accessKeyId } = caller
  Object.assign(call, { account, region, accessKeyId })
  const operation = api.operations.get(call.operation)
  if (!operation) throw new ApiError('UnknownOperationException', '')
  const members = parse(body)
  const registry = ecr.registries.get(account, region)
  if (typeof members['repositoryName'] === 'string') call.repository = members['repositoryName']
  const repository = registry.repositories.get(call.repository ?? '')
  const denial = denied(caller, call.operation, registry, repository).message
  const imageFailure = await ecr.faults.strike(call, call.operation, denial, response)
  const input = inputOf(api, call.operation, members)
  return operation({ operation: call.operation, input, caller, ecr, imageFailure })
}

/** @throws ApiError for members that violate the service model; unknown members are ignored */
function inputOf({ requests }: JsonApi, operation: string, members: Record<string, unknown>): Input {
  const shape = requests[operation]
  if (!shape) throw new Error(`The requests of ${operation} have no shape.`)
  demandShape(shape, members)
  return new Input(Object.fromEntries(Object.entries(members).filter(([name]) => Object.hasOwn(shape.members, name))))
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
