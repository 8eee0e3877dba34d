import {
  allowEcr,
  type IamPolicy,
  iamPolicy,
  type PolicyStatement,
  type RegistryLocation,
  repositoryArn,
} from '@container-actions/core'
import type { Inputs } from './inputs.ts'
import { OPERATIONS } from './settings/change.ts'
import { lateSettings, type SettingName, type SomeSettings } from './settings/settings.ts'

const names = (settings: SomeSettings) => Object.keys(settings) as SettingName[]

const operations = (settings: SomeSettings, kind: 'read' | 'write'): string[] =>
  names(settings).flatMap((name) => OPERATIONS[name][kind] ?? [])

/** All operations that a step with these inputs may call. */
function operationsOf({ mode, create }: Pick<Inputs, 'mode' | 'create'>, declared: SomeSettings): string[] {
  const late = lateSettings(declared)
  return [
    'DescribeRepositories',
    ...(mode === 'check' ? operations(declared, 'read') : []),
    ...(mode === 'reconcile' ? [...operations(declared, 'read'), ...operations(declared, 'write')] : []),
    // A job that loses the race for the creation checks whether the winner has set the policies.
    ...(mode !== 'check' && create
      ? ['CreateRepository', ...operations(late, 'read'), ...operations(late, 'write')]
      : []),
  ]
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html */
const KMS = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant']

/** IAM has no resource for a key alias; use a condition on all keys of the account instead. */
function keyStatement(key: string, { partition, region, account }: RegistryLocation): PolicyStatement {
  const keys = `arn:${partition}:kms:${region}:${account}:key`
  const [, alias] = /(alias\/.*)$/.exec(key) ?? []
  if (alias !== undefined) {
    const Condition = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } }
    return { Effect: 'Allow', Action: KMS, Resource: `${keys}/*`, Condition }
  }
  return { Effect: 'Allow', Action: KMS, Resource: key.startsWith('arn:') ? key : `${keys}/${key}` }
}

/** The least-privilege IAM policy for a step with these inputs, for the registry at `place`. */
export function leastPolicy(
  inputs: Pick<Inputs, 'mode' | 'create' | 'repos'>,
  declared: SomeSettings,
  location: RegistryLocation,
): IamPolicy {
  const arns = inputs.repos.map((name) => repositoryArn(location, name))
  const key = inputs.create && inputs.mode !== 'check' ? declared.encryption?.kmsKey : undefined
  return iamPolicy([
    allowEcr(operationsOf(inputs, declared), arns),
    ...(key === undefined ? [] : [keyStatement(key, location)]),
  ])
}
