import type { AwsCall } from '../aws/call.ts'
import type { Credentials, Identity } from '../aws/credential-provider.ts'
import { awsFailure, isUnavailable } from '../aws/failure.ts'
import { Failure, reason } from '../base/failure.ts'

/** Of an AWS that cannot be asked: a private network may reach ECR and not STS. */
export const UNKNOWN: Identity = { account: '', arn: '' }

/** The log line that says as whom a step acts. */
export const identityLine = ({ arn, account }: Identity, source: string): string =>
  `AWS identity: ${arn}, account ${account}, from ${source}`

/** Fails where the keys belong to another account than the one that the step names. */
export function checkAccount(identity: Identity, expected: string, source: string): void {
  if (identity.account === expected) return
  throw new Failure(
    `Input 'account_id' is ${expected}, and the AWS credentials belong to account ${identity.account}: ${identity.arn}, from ${source}. Nothing was done. Give credentials of that account or a role in it as 'assume_role', or mend 'account_id'.`,
  )
}

/** How AWS is asked, and what the answer is for. */
export interface IdentityQuestion {
  readonly ask: (credentials: Credentials) => Promise<Identity>
  readonly call: AwsCall
  /** The account that it has to be; without it, the answer is for the log alone. */
  readonly expected: string | undefined
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Why AWS did not say whose keys these are, as the rest of a sentence behind `because`. */
const why = (error: unknown, { region }: AwsCall): string =>
  isUnavailable(error) ? `AWS STS does not answer in ${region}` : `AWS STS refuses to say (${reason(error)})`

/** What would let AWS say it. A denial needs no permission that is missing: something forbids it. */
const cure = (error: unknown): string =>
  isUnavailable(error)
    ? 'Let the runner reach STS (in a private network by a VPC endpoint for it)'
    : 'Let the policy that forbids it allow sts:GetCallerIdentity (of the VPC endpoint for STS, or of the organisation)'

/** Errors of the keys themselves, which are the same for every call. */
const isOfKeys = (error: unknown): boolean =>
  error instanceof Error && !isUnavailable(error) && !/^AccessDenied/.test(error.name)

/**
 * Whose keys these are, from their source or from AWS, told in the log and checked. Where no account is expected, the
 * answer is for the log alone, and a failure to get it decides nothing: the calls that matter have their own.
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
      `Input 'account_id' is ${expected}, and whose the AWS credentials are cannot be checked, because ${why(error, call)}${isUnavailable(error) ? `: ${reason(error)}` : ''}. ${cure(error)}, or leave out 'account_id'.`,
      { cause: error },
    )
  }
}
