import type { EcrSettings, Repository } from '@container-actions/core'
import { differingTags } from './resource-tags.ts'
import type { Difference, SettingName } from './settings.ts'

/** The API operations for each setting; `read` only if the description of the repository does not include it. */
export const OPERATIONS = {
  image_tag_mutability: { read: undefined, write: 'PutImageTagMutability' },
  scan_on_push: { read: undefined, write: 'PutImageScanningConfiguration' },
  // AWS has no operation to change it.
  encryption: { read: undefined, write: undefined },
  lifecycle_policy: { read: 'GetLifecyclePolicy', write: 'PutLifecyclePolicy' },
  repository_policy: { read: 'GetRepositoryPolicy', write: 'SetRepositoryPolicy' },
  resource_tags: { read: 'ListTagsForResource', write: 'TagResource' },
} as const satisfies Readonly<Record<SettingName, { read: string | undefined; write: string | undefined }>>

/** Applies one declared setting to a repository, and returns its new state. */
export async function change(
  difference: Difference,
  repository: Repository,
  settings: EcrSettings,
  { force }: { force: boolean },
): Promise<Repository> {
  switch (difference.setting) {
    case 'image_tag_mutability': {
      const { mode, exclusions } = difference.declared
      await settings.setTagMutability(repository, mode, exclusions)
      return { ...repository, tagMutability: mode, exclusions }
    }
    case 'scan_on_push':
      await settings.setScanOnPush(repository, difference.declared)
      return { ...repository, scanOnPush: difference.declared }
    case 'lifecycle_policy':
      await settings.setLifecyclePolicy(repository, JSON.stringify(difference.declared))
      return repository
    case 'repository_policy':
      await settings.setPolicy(repository, JSON.stringify(difference.declared), { force })
      return repository
    case 'resource_tags':
      await settings.setResourceTags(repository, differingTags(difference.declared, difference.actual ?? {}))
      return repository
    case 'encryption':
      throw new Error(`the encryption of ${repository.name} cannot be changed`)
  }
}
