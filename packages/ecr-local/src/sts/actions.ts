import { AssumeRole } from './assume-role.ts'
import { callerOf, type StsAction } from './request.ts'
import { AssumeRoleWithWebIdentity } from './web-identity.ts'

const GetCallerIdentity: StsAction = async (request) => {
  const { arn, userId, account } = await callerOf(request)
  return { Arn: arn, UserId: userId, Account: account }
}

/** All supported STS actions, by name. */
export const ACTIONS: ReadonlyMap<string, StsAction> = new Map(
  Object.entries({ AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity }),
)
