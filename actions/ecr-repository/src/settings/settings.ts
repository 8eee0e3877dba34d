import type { CreationSettings, EcrSettings, Repository } from '@container-actions/core'
import { type JsonObject, parseObject } from '../policy/json.ts'
import { sameLifecyclePolicy } from '../policy/lifecycle-policy.ts'
import { sameRepositoryPolicy } from '../policy/repository-policy.ts'
import { type Encryption, encryptionOf, sameEncryption } from './encryption.ts'
import { type Mutability, mutabilityOf, sameMutability } from './mutability.ts'
import { differingTags, type ResourceTags } from './resource-tags.ts'

/** What can be declared of a repository, by the inputs' names. */
export interface Settings {
  readonly image_tag_mutability: Mutability
  readonly scan_on_push: boolean
  readonly encryption: Encryption
  readonly lifecycle_policy: JsonObject
  readonly repository_policy: JsonObject
  readonly resource_tags: ResourceTags
}

export type SettingName = keyof Settings

/** What a step declares of one repository, or what ECR knows of it: a setting that is not there is not looked at. */
export type SomeSettings = Partial<Settings>

/** A declared setting that a repository does not have. */
export type Difference = {
  [S in SettingName]: {
    readonly setting: S
    readonly declared: Settings[S]
    /** `undefined` where ECR has none. */
    readonly actual: Settings[S] | undefined
  }
}[SettingName]

/** What the description of a repository tells of its settings, without another call. */
export const describedSettings = (repository: Repository): SomeSettings => ({
  image_tag_mutability: mutabilityOf(repository),
  scan_on_push: repository.scanOnPush,
  encryption: encryptionOf(repository),
})

/** A policy that ECR gives and nobody can read differs from every declared one. */
function policyOf(text: string | undefined): JsonObject | undefined {
  const policy = text === undefined ? undefined : parseObject(text)
  return typeof policy === 'string' ? {} : policy
}

/** The settings of a repository that `declared` has too: one call each for policies and tags. */
export async function actualSettings(
  declared: SomeSettings,
  repository: Repository,
  settings: Pick<EcrSettings, 'lifecyclePolicy' | 'policy' | 'resourceTags'>,
): Promise<SomeSettings> {
  const [lifecycle, policy, tags] = await Promise.all([
    declared.lifecycle_policy && settings.lifecyclePolicy(repository),
    declared.repository_policy && settings.policy(repository),
    declared.resource_tags && settings.resourceTags(repository),
  ])
  const [lifecycle_policy, repository_policy] = [policyOf(lifecycle), policyOf(policy)]
  return {
    ...describedSettings(repository),
    ...(lifecycle_policy && { lifecycle_policy }),
    ...(repository_policy && { repository_policy }),
    ...(tags && { resource_tags: tags }),
  }
}

type Compare = { readonly [S in SettingName]: (declared: Settings[S], actual: Settings[S]) => boolean }

const SAME: Compare = {
  encryption: sameEncryption,
  image_tag_mutability: sameMutability,
  scan_on_push: (declared, actual) => declared === actual,
  lifecycle_policy: sameLifecyclePolicy,
  repository_policy: sameRepositoryPolicy,
  resource_tags: (declared, actual) => Object.keys(differingTags(declared, actual)).length === 0,
}

const NAMES = Object.keys(SAME) as SettingName[]

function difference<S extends SettingName>(setting: S, declared: Settings[S], actual: Settings[S] | undefined) {
  if (actual !== undefined && SAME[setting](declared, actual)) return []
  return [{ setting, declared, actual } as unknown as Difference]
}

/** The declared settings that are not so. */
export const differences = (declared: SomeSettings, actual: SomeSettings): Difference[] =>
  NAMES.flatMap((name) => {
    const value = declared[name]
    return value === undefined ? [] : difference(name, value, actual[name])
  })

/** The settings that ECR takes with the creation; policies come after it. */
export const creationSettings = (declared: SomeSettings): CreationSettings => ({
  ...(declared.image_tag_mutability && {
    tagMutability: declared.image_tag_mutability.mode,
    exclusions: declared.image_tag_mutability.exclusions,
  }),
  ...(declared.scan_on_push !== undefined && { scanOnPush: declared.scan_on_push }),
  ...(declared.encryption && {
    encryptionType: declared.encryption.type,
    ...(declared.encryption.kmsKey !== undefined && { kmsKey: declared.encryption.kmsKey }),
  }),
  ...(declared.resource_tags && { resourceTags: declared.resource_tags }),
})

/** The declared settings that a repository gets only after its creation. */
export const lateSettings = ({ lifecycle_policy, repository_policy }: SomeSettings): SomeSettings => ({
  ...(lifecycle_policy && { lifecycle_policy }),
  ...(repository_policy && { repository_policy }),
})
