import type { AwsCall } from '../aws/call.ts'
import type { Credentials, Identity } from '../aws/credential-provider.ts'
import { awsFailure, isUnavailable } from '../aws/failure.ts'
import { Failure, reason } from '../base/failure.ts'

/** For an unreachable STS: a private network may reach ECR, but not STS. */
export const UNKNOWN: Identity = { account: '', arn: '' }

/** The log line that shows the identity of a step. */
export const identityLine = ({ arn, account }: Identity, source: string): string =>
  `AWS identity: ${arn}, account ${account}, from ${source}`

/** Fails if the keys belong to a different account than the step expects. */
export function checkAccount(identity: Identity, expected: string, source: string): void {
  if (identity.account === expected) return
  throw new Failure(
    `Input 'account_id' is ${expected}, but the AWS credentials belong to account ${identity.account}: ${identity.arn}, from ${source}. Nothing was done. Use credentials of that account, set 'assume_role' to a role in it, or fix 'account_id'.`,
  )
}

/** How to query AWS, and the purpose of the result. */
export interface IdentityQuestion {
  readonly ask: (credentials: Credentials) => Promise<Identity>
  readonly call: AwsCall
  /** The expected account; if absent, the result is only logged. */
  readonly expected: string | undefined
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Why AWS did not identify the keys, as the end of a sentence after `because`. */
const why = (error: unknown, { region }: AwsCall): string =>
  isUnavailable(error) ? `AWS STS does not answer in ${region}` : `AWS STS denies the query (${reason(error)})`

/** How to make it possible. No permission is needed, so a denial means that a policy forbids the call. */
const cure = (error: unknown): string =>
  isUnavailable(error)
    ? 'Let the runner reach STS (in a private network by a VPC endpoint for it)'
    : 'Let the policy that forbids it allow sts:GetCallerIdentity (of the VPC endpoint for STS, or of the organization)'

/** Errors of the keys themselves, which are the same for every call. */
const isOfKeys = (error: unknown): boolean =>
  error instanceof Error && !isUnavailable(error) && !/^AccessDenied/.test(error.name)

/**
 * Determines the identity of the keys, from their source or from AWS; logs and checks it. If no account is expected,
 * the result is only logged, and a failure to get it is not an error: the calls that matter report their own.
 */
export async function identify(
  grant: Credentials,
  { ask, call, expected, log, signal }: IdentityQuestion,
): Promise<Identity> {
  try {
    const identity = grant.identity ?? (await ask(grant))
    log(identityLine(identity, call.source))
    if (expected !== undefined) checkAccount(identity, expected, call.source)
    return identity
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Failure) throw error
    if (expected === undefined) {
      log(`AWS identity: unknown, because ${why(error, call)}; credentials from ${call.source}`)
      return UNKNOWN
    }
    if (isOfKeys(error)) throw awsFailure(error, call)
    throw new Failure(
      `Input 'account_id' is ${expected}, but the account of the AWS credentials cannot be checked, because ${why(error, call)}${isUnavailable(error) ? `: ${reason(error)}` : ''}. ${cure(error)}, or leave out 'account_id'.`,
      { cause: error },
    )
  }
}
