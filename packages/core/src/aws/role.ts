import type { InputReader } from '../step/inputs.ts'

/** Credentials for assuming a role: the available ones of the step or the runner, or GitHub's OIDC token. */
export type RoleSource = 'auto' | 'credentials' | 'oidc'

/** The role to assume, from the inputs that all AWS actions share. */
export interface RoleSettings {
  /** Its ARN, or its name, prefixed with its path if it has one. */
  readonly role: string
  /** The credentials used to assume it. */
  readonly source: RoleSource
  readonly sessionName: string
  /** `undefined` uses AWS's default of one hour. */
  readonly durationSeconds: number | undefined
  readonly externalId: string | undefined
  /** The `aud` of GitHub's OIDC token; `undefined` uses GitHub's default, the URL of the repository's owner. */
  readonly oidcAudience: string | undefined
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
const NAME = /^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/
const ARN = /^arn:[a-z0-9-]+:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/

/** Limits of AssumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/
const DURATION = { min: 900, max: 43_200 }

export const isRoleArn = (role: string): boolean => role.startsWith('arn:')

/** The ARN of a role given by name. */
export const roleArn = (name: string, { account, partition }: { account: string; partition: string }): string =>
  `arn:${partition}:iam::${account}:role/${name}`

/** A session name that identifies the run in CloudTrail; characters that AWS rejects become `-`. */
export function sessionNameOf(repository: string, runId: string): string {
  const end = `-${runId}`
  const start = `github-${repository}`.replaceAll(/[^\w+=,.@-]/g, '-')
  return runId === '' ? start.slice(0, 64) : `${start.slice(0, 64 - end.length)}${end}`
}

function readRole(input: InputReader): string | undefined {
  const given = input.optional('assume_role')?.replace(/^\/|^role\//, '')
  if (given === undefined) return undefined
  if (!(isRoleArn(given) ? ARN : NAME).test(given)) {
    input.reject(
      `Input 'assume_role' must be the name or the ARN of an IAM role, like deploy or arn:aws:iam::123456789012:role/deploy; it is '${given}'.`,
    )
  }
  return given
}

function readMatching(input: InputReader, name: string, rule: RegExp, words: string): string | undefined {
  const given = input.optional(name)
  if (given !== undefined && !rule.test(given)) input.reject(`Input '${name}' must be ${words}; it is '${given}'.`)
  return given
}

/** Rejects GitHub's token if it would be ignored: keys are configured as well, or there is no role to assume. */
function readSource(input: InputReader, { hasRole, hasKeys }: { hasRole: boolean; hasKeys: boolean }): RoleSource {
  const isGiven = input.optional('role_source') !== undefined
  const source = isGiven ? input.oneOf('role_source', ['auto', 'oidc', 'credentials']) : 'auto'
  if (source === 'oidc' && !hasRole) {
    input.reject("Input 'role_source' is oidc, but there is no role to assume with the token. Add 'assume_role'.")
  }
  if (source === 'oidc' && hasRole && hasKeys) {
    input.reject("Input 'role_source' is oidc, but keys are given as inputs. Remove the keys or 'role_source'.")
  }
  return source
}

/** Reads the inputs for a role; reads all of them, so that none counts as unknown if no role is given. */
export function readRoleSettings(input: InputReader, hasKeys: boolean): RoleSettings | undefined {
  const role = readRole(input)
  const source = readSource(input, { hasRole: role !== undefined, hasKeys })
  const letters = 'letters, digits and _+=,.@-'
  const sessionName = readMatching(input, 'role_session_name', SESSION_NAME, `2 to 64 ${letters}`)
  const externalId = readMatching(input, 'external_id', EXTERNAL_ID, `2 to 1224 ${letters}:/`)
  const oidcAudience = input.optional('oidc_audience')
  const durationSeconds =
    input.optional('role_duration_seconds') === undefined ? undefined : input.integer('role_duration_seconds', DURATION)
  if (role === undefined) return undefined
  return {
    role,
    source,
    sessionName: sessionName ?? sessionNameOf(input.env['GITHUB_REPOSITORY'] ?? '', input.env['GITHUB_RUN_ID'] ?? ''),
    durationSeconds,
    externalId,
    oidcAudience,
  }
}
