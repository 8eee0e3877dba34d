import type { Call } from '../call-log.ts'
import type { Ecr } from '../ecr.ts'
import { authenticate } from '../identity/authentication.ts'
import type { SignedRequest } from '../identity/sigv4.ts'
import type { Xml } from './xml.ts'

/** One STS call. */
export interface StsRequest {
  readonly ecr: Ecr
  readonly call: Call
  readonly parameters: URLSearchParams
  readonly signed: SignedRequest
}

/** Answers with the members of the action's result. Throws ApiError. */
export type StsAction = (request: StsRequest) => Xml

const GetCallerIdentity: StsAction = (request) => {
  const { arn, userId, account } = callerOf(request)
  return { Arn: arn, UserId: userId, Account: account }
}

export const ACTIONS: ReadonlyMap<string, StsAction> = new Map(Object.entries({ GetCallerIdentity }))

function callerOf({ ecr, call, signed }: StsRequest) {
  const caller = authenticate(signed, 'sts', ecr.identities, ecr.settings.now())
  const { account, region, accessKeyId } = caller
  Object.assign(call, { account, region, accessKeyId })
  return caller
}
