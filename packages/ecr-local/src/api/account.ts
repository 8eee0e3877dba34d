import { ApiError } from '../api-error.ts'
import type { Input } from './input.ts'
import { type Operation, registryOf } from './operation.ts'

/** Account settings and their valid values. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  BASIC_SCAN_TYPE_VERSION: ['AWS_NATIVE'],
  REGISTRY_POLICY_SCOPE: ['V2'],
  BLOB_MOUNTING: ['ENABLED', 'DISABLED'],
}

export const GetAccountSetting: Operation = (request) => {
  const name = settingName(request.input)
  return { name, value: registryOf(request).settings.accountSettings[name] }
}

export const PutAccountSetting: Operation = async (request) => {
  const name = settingName(request.input)
  const value = request.input.string('value')
  const values = SETTINGS[name] ?? []
  if (!values.includes(value)) {
    throw new ApiError('ValidationException', `The value '${value}' of '${name}' must be one of [${values.join(', ')}]`)
  }
  const registry = registryOf(request)
  registry.settings.accountSettings[name] = value
  await registry.saveSettings()
  return { name, value }
}

/** Replication is not simulated: there are no rules, so nothing is ever replicated. */
export const DescribeRegistry: Operation = (request) => ({
  registryId: registryOf(request).account,
  replicationConfiguration: { rules: [] },
})

function settingName(input: Input): string {
  const name = input.string('name')
  if (Object.hasOwn(SETTINGS, name)) return name
  throw new ApiError(
    'ValidationException',
    `'${name}' is not an account setting; those are [${Object.keys(SETTINGS).join(', ')}]`,
  )
}
