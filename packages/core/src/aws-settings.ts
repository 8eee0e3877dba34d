import { type RoleSettings, readRoleSettings } from './aws-role.ts'
import type { InputReader } from './inputs.ts'

/** Long-lived or temporary keys of one AWS identity. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Where and as whom to call AWS; the inputs that all AWS actions share. */
export interface AwsSettings {
  readonly region: string
  /** The account that is meant; `undefined` for the identity's own. */
  readonly accountId: string | undefined
  /** Keys from the inputs; `undefined` takes what the runner has. */
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
      `Input '${given}' is given without its partner: give both 'access_key_id' and 'secret_access_key', or neither to use the credentials of the runner.`,
    )
  }
  return undefined
}

function readRegion(input: InputReader, otherwise: string | undefined): string {
  const region = input.optional('region') ?? (input.env['AWS_REGION'] || input.env['AWS_DEFAULT_REGION'] || otherwise)
  if (!region) {
    input.reject(
      "Input 'region' is missing, and neither AWS_REGION nor AWS_DEFAULT_REGION is set. Add for example 'region: eu-central-1' under 'with:'.",
    )
    return ''
  }
  if (!/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) {
    input.reject(`Input 'region' must be the name of an AWS region like eu-central-1; it is '${region}'.`)
  }
  return region
}

/** An account's id with the leading zeros that YAML takes from an unquoted number; `undefined` for what is none. */
export const parseAccountId = (text: string): string | undefined =>
  /^\d{1,12}$/.test(text) ? text.padStart(12, '0') : undefined

/** Reads an input that names an account; `undefined` where it is empty. */
export function readAccountId(input: InputReader, inputName: string): string | undefined {
  const given = input.optional(inputName)
  if (given === undefined) return undefined
  const account = parseAccountId(given)
  if (account === undefined) {
    input.reject(`Input '${inputName}' must be the 12 digits of an AWS account; it is ${JSON.stringify(given)}.`)
  }
  return account
}

/** Reads the inputs that all AWS actions share. `region` is the one to take where neither input nor runner names one. */
export function readAwsSettings(input: InputReader, { region }: { region?: string | undefined } = {}): AwsSettings {
  return {
    region: readRegion(input, region),
    accountId: readAccountId(input, 'account_id'),
    keys: readKeys(input),
    role: readRoleSettings(input),
  }
}
