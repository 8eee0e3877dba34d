import { ApiError } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import { authenticate, type Caller } from '../identity/authentication.ts'
import type { SignedRequest } from '../identity/sigv4.ts'
import type { Xml } from './xml.ts'

/** One STS call. */
export interface StsRequest {
  readonly ecr: Ecr
  readonly parameters: URLSearchParams
  readonly signed: SignedRequest
  /** Must be called once the caller is known, or known to be irrelevant; faults apply here. */
  identified(caller: Caller | undefined): Promise<void>
}

/** Returns the members of the action's result. Throws ApiError. */
export type StsAction = (request: StsRequest) => Promise<Xml>

/**
 * Identifies the signer of the call.
 *
 * @throws ApiError
 */
export async function callerOf({ ecr, signed, identified }: StsRequest): Promise<Caller> {
  const caller = authenticate(signed, 'sts', ecr.identities)
  await identified(caller)
  return caller
}

/** @throws ApiError ValidationError with AWS's text */
export function parameter(
  parameters: URLSearchParams,
  name: string,
  rule: RegExp,
  length: { min: number; max: number },
) {
  const value = parameters.get(name)
  if (value === null) throw invalid('null', name, 'Member must not be null')
  if (value.length < length.min)
    throw invalid(`'${value}'`, name, `Member must have length greater than or equal to ${length.min}`)
  if (value.length > length.max)
    throw invalid(`'${value}'`, name, `Member must have length less than or equal to ${length.max}`)
  if (!rule.test(value))
    throw invalid(`'${value}'`, name, `Member must satisfy regular expression pattern: ${rule.source}`)
  return value
}

/** `Value` is already quoted, or the word null. */
export function invalid(value: string, name: string, constraint: string): ApiError {
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  const text = `Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`
  return new ApiError('ValidationError', `1 validation error detected: ${text}`)
}
