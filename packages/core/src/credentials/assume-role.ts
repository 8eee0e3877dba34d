import type { CredentialProvider, Credentials } from '../aws/credential-provider.ts'
import { awsFailure } from '../aws/failure.ts'
import { loadSdk } from '../aws/load-sdk.ts'
import { isRoleArn, type RoleSettings, roleArn } from '../aws/role.ts'
import type { Sts } from '../aws/sts.ts'
import { Failure } from '../base/failure.ts'
import { claimsOf, GITHUB_TOKEN } from './oidc.ts'
import { type RoleAttempt, roleFailure } from './role-failure.ts'

/** What both ways to assume a role need. */
export interface RoleOptions {
  readonly sts: Sts
  readonly region: string
  /** The account of a role given by name. */
  readonly accountId: string | undefined
  readonly mask: (secret: string) => void
  readonly signal: AbortSignal
}

const requestOf = ({ sessionName, durationSeconds }: RoleSettings, arn: string) => ({
  arn,
  sessionName,
  durationSeconds,
})

const attemptOf = (settings: RoleSettings, arn: string, region: string, source: string): RoleAttempt => ({
  ...{ roleArn: arn, region, source },
  ...{ durationSeconds: settings.durationSeconds, externalId: settings.externalId },
})

/** Assumes the role `settings` with keys from another source, which can themselves belong to a role. */
export function roleWithKeys(
  settings: RoleSettings,
  base: CredentialProvider,
  options: RoleOptions,
): CredentialProvider {
  const { sts, region, accountId, signal } = options
  let arn = settings.role
  /** A name is completed with the account and partition of the keys; the account can also be configured. */
  const resolve = async (keys: Credentials) => {
    if (isRoleArn(arn)) return
    const call = { action: 'sts:GetCallerIdentity', region, source: base.name }
    const own = await sts.callerIdentity(keys).catch((error) => {
      signal.throwIfAborted()
      throw awsFailure(error, call)
    })
    arn = roleArn(arn, { account: accountId ?? own.account, partition: own.arn.split(':')[1] ?? '' })
  }
  return {
    get name() {
      return `role ${arn}, assumed with ${base.name}`
    },
    async get() {
      const keys = await base.get()
      await resolve(keys)
      try {
        return await sts.assumeRole(keys, requestOf(settings, arn), settings.externalId)
      } catch (error) {
        signal.throwIfAborted()
        throw roleFailure(error, attemptOf(settings, arn, region, base.name))
      }
    },
  }
}

/** The ARN of a role, if there is no other identity to take account and partition from. */
async function ownArn(settings: RoleSettings, accountId: string | undefined, region: string): Promise<string> {
  if (isRoleArn(settings.role)) return settings.role
  if (accountId === undefined) {
    throw new Failure(
      `Input 'assume_role' is the name '${settings.role}', and GitHub's OIDC token does not belong to an AWS account. Use the ARN of the role, or set 'account_id' to its account.`,
    )
  }
  const { partition } = await loadSdk()
  return roleArn(settings.role, { account: accountId, partition: partition(region).name })
}

/** Assumes the role `settings` with tokens that `token` gets from GitHub. */
export function roleWithToken(
  settings: RoleSettings,
  token: () => Promise<string>,
  options: RoleOptions,
): CredentialProvider {
  const { sts, region, accountId, mask, signal } = options
  let arn = settings.role
  return {
    get name() {
      return `role ${arn}, assumed with ${GITHUB_TOKEN}`
    },
    async get() {
      arn = await ownArn(settings, accountId, region)
      const jwt = await token()
      mask(jwt)
      try {
        return await sts.assumeRoleWithWebIdentity(jwt, requestOf(settings, arn))
      } catch (error) {
        signal.throwIfAborted()
        const attempt = attemptOf(settings, arn, region, GITHUB_TOKEN)
        throw roleFailure(error, { ...attempt, token: { name: GITHUB_TOKEN, claims: claimsOf(jwt) } })
      }
    },
  }
}
