import type { Environment } from '../base/environment.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { trimmed } from '../base/white-space.ts'
import type { InputReader } from '../step/inputs.ts'
import { type ProfileSettings, profileName, readAwsFiles } from './files.ts'
import { type RoleSettings, readRoleSettings } from './role.ts'
import { settingProblems } from './sdk-settings.ts'

/** Long-lived or temporary keys of one AWS identity. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Region and identity for AWS calls; from the inputs that all AWS actions share. */
export interface AwsSettings {
  readonly region: string
  /** The expected account; `undefined` means that of the identity. */
  readonly accountId: string | undefined
  /** Keys from the inputs; `undefined` uses the runner's credentials. */
  readonly keys: AwsKeys | undefined
  /** The role to assume with them. */
  readonly role: RoleSettings | undefined
}

function readKeys(input: InputReader): AwsKeys | undefined {
  const accessKeyId = input.optional('access_key_id')
  const secretAccessKey = input.optional('secret_access_key')
  const sessionToken = input.optional('session_token')
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
  }
  if (accessKeyId !== undefined || secretAccessKey !== undefined || sessionToken !== undefined) {
    const given =
      accessKeyId !== undefined
        ? 'access_key_id'
        : secretAccessKey !== undefined
          ? 'secret_access_key'
          : 'session_token'
    input.reject(
      `Input '${given}' is incomplete: set both 'access_key_id' and 'secret_access_key', or neither to use the credentials of the runner.`,
    )
  }
  return undefined
}

const REGION = /^[a-z]{2,}(-[a-z0-9]+)+$/

/**
 * Where a region can be configured, in order; the host in front of a repository is one that the step itself provides.
 */
function readRegion(input: InputReader, implied: string | undefined, { name, settings, problems }: Profile): string {
  const places = [
    ["Input 'region'", input.optional('region')],
    ['AWS_REGION', trimmed(input.env['AWS_REGION'] ?? '')],
    ['AWS_DEFAULT_REGION', trimmed(input.env['AWS_DEFAULT_REGION'] ?? '')],
    ["The host in the step's inputs", implied],
    [`Setting 'region' of profile '${name}' in the AWS files`, settings?.['region']],
  ] as const
  const [place, region] = places.find(([, given]) => given) ?? []
  if (!region) {
    const unread = problems.map((problem) => ` ${problem}.`).join('')
    input.reject(
      `Input 'region' is missing, and neither AWS_REGION nor AWS_DEFAULT_REGION is set, nor has profile '${name}' of the AWS files one.${unread} Add for example 'region: eu-central-1' under 'with:'.`,
    )
    return ''
  }
  if (!REGION.test(region)) {
    input.reject(`${place} must be the name of an AWS region like eu-central-1; it is '${region}'.`)
  }
  return region
}

/** The content of the AWS files for the profile that a step uses. */
interface Profile {
  readonly name: string
  readonly settings: ProfileSettings | undefined
  readonly problems: readonly string[]
  readonly endless: readonly string[]
}

function readProfile(env: Environment): Profile {
  const name = profileName(env)
  const files = tryOrUndefined(() => readAwsFiles(env))
  return { name, settings: files?.profile(name), problems: files?.problems ?? [], endless: files?.endless ?? [] }
}

/** An account ID, with the leading zeros that YAML removes from an unquoted number; `undefined` if it is invalid. */
export const parseAccountId = (text: string): string | undefined =>
  /^\d{1,12}$/.test(text) ? text.padStart(12, '0') : undefined

/** Reads an input that contains an account ID; `undefined` if it is empty. */
export function readAccountId(input: InputReader, inputName: string): string | undefined {
  const given = input.optional(inputName)
  if (given === undefined) return undefined
  const account = parseAccountId(given)
  if (account === undefined) {
    input.reject(`Input '${inputName}' must be the 12 digits of an AWS account; it is ${JSON.stringify(given)}.`)
  }
  return account
}

/**
 * Reads the inputs that all AWS actions share, and validates the SDK settings of the runner.
 *
 * @param implied.region region of the registry host in the step's inputs, used if neither input nor environment has one
 */
export function readAwsSettings(input: InputReader, implied: { region?: string | undefined } = {}): AwsSettings {
  const profile = readProfile(input.env)
  for (const problem of profile.endless) input.reject(`The AWS file ${problem}.`)
  const region = readRegion(input, implied.region, profile)
  const accountId = readAccountId(input, 'account_id')
  const keys = readKeys(input)
  const role = readRoleSettings(input, keys !== undefined)
  for (const problem of settingProblems(input.env, profile.name, profile.settings)) input.reject(problem)
  return { region, accountId, keys, role }
}
