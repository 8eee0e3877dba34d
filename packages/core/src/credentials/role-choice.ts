import { PROFILE_VARIABLES } from '../aws/files.ts'
import { isRoleArn, type RoleSettings } from '../aws/role.ts'
import type { AwsSettings } from '../aws/settings.ts'
import type { Environment } from '../base/environment.ts'
import { KEY_VARIABLES } from './given-keys.ts'
import { tokenRequest } from './oidc.ts'

/** The credentials with which a role is assumed. */
export interface RoleChoice {
  readonly with: 'oidc' | 'credentials'
  /** For the log: the reason, if it was not configured. */
  readonly why: string | undefined
  /** The alternative, for the error if this one does not work. */
  readonly other: string | undefined
}

const OIDC = "With 'role_source: oidc', GitHub's OIDC token is taken instead."
const CREDENTIALS = "With 'role_source: credentials', the credentials of the runner are taken instead."

/**
 * The meaning of `role_source: auto` for a step: keys or a profile if given, otherwise GitHub's token if available,
 * otherwise the runner.
 */
function automatic(role: RoleSettings, { keys, accountId }: AwsSettings, env: Environment): RoleChoice {
  const mayAsk = tokenRequest(env) !== undefined
  const given = [...KEY_VARIABLES, ...PROFILE_VARIABLES].find((name) => env[name])
  if (keys !== undefined || given !== undefined) {
    const what = keys === undefined ? `${given} is set` : 'keys are given as inputs'
    return { with: 'credentials', why: `with credentials, because ${what}`, other: mayAsk ? OIDC : undefined }
  }
  if (!mayAsk) {
    const why = 'with the credentials of the runner, because the job may not ask GitHub for an OIDC token'
    return { with: 'credentials', why, other: undefined }
  }
  if (!isRoleArn(role.role) && accountId === undefined) {
    const why = "with the credentials of the runner, because GitHub's OIDC token does not belong to an AWS account"
    const other = `To take GitHub's OIDC token instead, give the ARN of role '${role.role}', or its account as 'account_id'.`
    return { with: 'credentials', why, other }
  }
  return { with: 'oidc', why: "with GitHub's OIDC token, because the job may ask for one", other: CREDENTIALS }
}

/** The credentials with which a role is assumed, as configured or chosen by `auto`. */
export function roleChoice(role: RoleSettings, settings: AwsSettings, env: Environment): RoleChoice {
  if (role.source === 'auto') return automatic(role, settings, env)
  return { with: role.source, why: undefined, other: undefined }
}
