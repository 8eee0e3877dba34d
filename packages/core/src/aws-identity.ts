import { type AwsCall, awsFailure, isUnavailable } from './aws-failure.ts'
import { Failure, reason } from './failure.ts'
import type { Grant, Identity } from './grant.ts'

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
  readonly ask: (grant: Grant) => Promise<Identity>
  readonly call: AwsCall
  /** The account that it has to be; without it, the answer is for the log alone. */
  readonly expected: string | undefined
  readonly log: (line: string) => void
}

/** Whose keys these are, from their source or from AWS, told in the log and checked. */
export async function identify(grant: Grant, { ask, call, expected, log }: IdentityQuestion): Promise<Identity> {
  try {
    const identity = grant.identity ?? (await ask(grant))
    log(identityLine(identity, call.source))
    if (expected !== undefined) checkAccount(identity, expected, call.source)
    return identity
  } catch (error) {
    if (error instanceof Failure || !isUnavailable(error)) throw awsFailure(error, call)
    if (expected !== undefined) {
      throw new Failure(
        `Input 'account_id' is ${expected}, and whose the AWS credentials are cannot be checked, because AWS STS does not answer in ${call.region}: ${reason(error)}. Let the runner reach STS (in a private network by a VPC endpoint for it), or leave out 'account_id'.`,
        { cause: error },
      )
    }
    log(`AWS identity: unknown, because AWS STS does not answer in ${call.region}; credentials from ${call.source}`)
    return UNKNOWN
  }
}
