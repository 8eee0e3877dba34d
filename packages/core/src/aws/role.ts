import type { InputReader } from '../step/inputs.ts'

/** With what a role is assumed: what the step or the runner has for credentials, or GitHub's OIDC token. */
export type RoleSource = 'auto' | 'credentials' | 'oidc'

/** The role to assume, as the inputs that all AWS actions share give it. */
export interface RoleSettings {
  /** Its ARN, or its name with the path in front where it has one. */
  readonly role: string
  /** With what it is assumed. */
  readonly source: RoleSource
  readonly sessionName: string
  /** `undefined` leaves it to AWS, which gives an hour. */
  readonly durationSeconds: number | undefined
  readonly externalId: string | undefined
  /** The `aud` of GitHub's OIDC token; `undefined` takes GitHub's own, the URL of the repository's owner. */
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

/** The ARN of a role that is given by its name. */
export const roleArn = (name: string, { account, partition }: { account: string; partition: string }): string =>
  `arn:${partition}:iam::${account}:role/${name}`

/** A session name that shows in CloudTrail which run it was; what AWS does not take in it becomes `-`. */
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

/** Refuses GitHub's token where it would be left aside: something else was named as well, or there is nothing to use it for. */
function readSource(input: InputReader, { hasRole, hasKeys }: { hasRole: boolean; hasKeys: boolean }): RoleSource {
  const isGiven = input.optional('role_source') !== undefined
  const source = isGiven ? input.oneOf('role_source', ['auto', 'oidc', 'credentials']) : 'auto'
  if (source === 'oidc' && !hasRole) {
    input.reject("Input 'role_source' is oidc, and no role is given to assume with the token. Add 'assume_role'.")
  }
  if (source === 'oidc' && hasRole && hasKeys) {
    input.reject("Input 'role_source' is oidc, and keys are given as inputs. Leave the keys out, or 'role_source'.")
  }
  return source
}

/** Reads the inputs about a role; all of them, so that none counts as unknown where no role is given. */
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
