import { type CreationSettings, type EcrSettings, parseObject, type Repository } from '@container-actions/core'
import type { JsonObject } from '../policy/json.ts'
import { sameLifecyclePolicy } from '../policy/lifecycle-policy.ts'
import { sameRepositoryPolicy } from '../policy/repository-policy.ts'
import { type Encryption, encryptionOf, sameEncryption } from './encryption.ts'
import { type Mutability, mutabilityOf, sameMutability } from './mutability.ts'
import { differingTags, type ResourceTags } from './resource-tags.ts'

/** The settings of a repository that can be declared, named as the inputs. */
export interface Settings {
  readonly image_tag_mutability: Mutability
  readonly scan_on_push: boolean
  readonly encryption: Encryption
  readonly lifecycle_policy: JsonObject
  readonly repository_policy: JsonObject
  readonly resource_tags: ResourceTags
}

export type SettingName = keyof Settings

/** The settings that a step declares, or that ECR reports; absent settings are not compared. */
export type SomeSettings = Partial<Settings>

/** A declared setting that differs. */
export type Difference = {
  [S in SettingName]: {
    readonly setting: S
    readonly declared: Settings[S]
    /** `undefined` if ECR has no value. */
    readonly actual: Settings[S] | undefined
  }
}[SettingName]

/** The settings contained in the description of a repository, without further calls. */
export const describedSettings = (repository: Repository): SomeSettings => ({
  image_tag_mutability: mutabilityOf(repository),
  scan_on_push: repository.scanOnPush,
  encryption: encryptionOf(repository),
})

/** An unparsable policy from ECR differs from every declared policy. */
function policyOf(text: string | undefined): JsonObject | undefined {
  const parsed = text === undefined ? undefined : parseObject(text)
  return parsed?.kind === 'object' ? (parsed.value as JsonObject) : parsed && {}
}

/** The settings of a repository that `declared` contains: one call each for policies and tags. */
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

/** The declared settings that differ. */
export const differences = (declared: SomeSettings, actual: SomeSettings): Difference[] =>
  NAMES.flatMap((name) => {
    const value = declared[name]
    return value === undefined ? [] : difference(name, value, actual[name])
  })

/** The settings that ECR accepts at creation; policies are set afterward. */
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

/** The declared settings that can be set only after the creation. */
export const lateSettings = ({ lifecycle_policy, repository_policy }: SomeSettings): SomeSettings => ({
  ...(lifecycle_policy && { lifecycle_policy }),
  ...(repository_policy && { repository_policy }),
})
