import {
  type AwsSettings,
  type InputReader,
  readAccountId,
  readAwsSettings,
  readRegistryAccount,
  readRepositories,
} from '@container-actions/core'
import { LIFECYCLE, type PolicyInput, REPOSITORY, readPolicy } from './policy/policy-input.ts'
import { type Encryption, readEncryption } from './settings/encryption.ts'
import { type Mutability, readMutability } from './settings/mutability.ts'
import { type ResourceTags, readResourceTags } from './settings/resource-tags.ts'

export type Mode = 'ensure' | 'reconcile' | 'check'

/** The settings that the step declares for every repository; undeclared settings are `undefined` and never changed. */
export interface Declared {
  readonly mutability: Mutability | undefined
  readonly scanOnPush: boolean | undefined
  readonly encryption: Encryption | undefined
  readonly lifecyclePolicy: PolicyInput | undefined
  readonly repositoryPolicy: PolicyInput | undefined
  readonly resourceTags: ResourceTags | undefined
}

export interface Inputs {
  readonly aws: AwsSettings
  /** The account that owns the registry; `undefined` means that of the identity. */
  readonly registryId: string | undefined
  /** Host of the registry, if a name began with it. */
  readonly registryHost?: string | undefined
  /** In the given order, without duplicates. */
  readonly repos: readonly string[]
  readonly create: boolean
  readonly mode: Mode
  readonly declared: Declared
  /** Also sets a repository policy that locks out this identity. */
  readonly forcePolicy: boolean
  readonly dryRun: boolean
}

export function readInputs(input: InputReader): Inputs {
  const repositories = readRepositories(input, { input: 'repo', allowHost: input.boolean('allow_host_prefix') })
  const implied = repositories.find(({ registry }) => registry !== undefined)?.registry
  const aws = readAwsSettings(input, { region: implied?.region })
  return {
    aws,
    registryId: readRegistryAccount(input, repositories, {
      ...{ account: readAccountId(input, 'registry_id') ?? aws.accountId, region: aws.region },
      inputs: "'registry_id' and 'region'",
    }),
    registryHost: implied?.host,
    repos: [...new Set(repositories.map(({ name }) => name))],
    create: input.boolean('create'),
    mode: input.oneOf('mode', ['ensure', 'reconcile', 'check']),
    declared: {
      mutability: readMutability(input),
      scanOnPush: input.optional('scan_on_push') === undefined ? undefined : input.boolean('scan_on_push'),
      encryption: readEncryption(input),
      lifecyclePolicy: readPolicy(input, LIFECYCLE),
      repositoryPolicy: readPolicy(input, REPOSITORY),
      resourceTags: readResourceTags(input),
    },
    forcePolicy: input.boolean('force_policy'),
    dryRun: input.boolean('dry_run'),
  }
}
