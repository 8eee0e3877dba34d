import { undefinedOnError } from '../aws/error-name.ts'
import { ecrCaller } from './call.ts'
import { mutabilityInput, type Repository, type TagMutability, tagList } from './repository.ts'
import type { EcrSession } from './retry-throttled.ts'

/** Identifies a repository in a registry. */
export type RepositoryId = Pick<Repository, 'name' | 'registryId' | 'arn'>

/** The settings of an existing repository that can be changed: all except its encryption. */
export interface EcrSettings {
  /** `exclusions` are exempt tags, with `*` as a wildcard; only the modes `…_WITH_EXCLUSION` have any. */
  setTagMutability(repository: RepositoryId, mode: TagMutability, exclusions: readonly string[]): Promise<void>
  setScanOnPush(repository: RepositoryId, scanOnPush: boolean): Promise<void>
  /** As JSON; `undefined` if there is none. */
  lifecyclePolicy(repository: RepositoryId): Promise<string | undefined>
  setLifecyclePolicy(repository: RepositoryId, policy: string): Promise<void>
  /** As JSON in AWS's own formatting; `undefined` if there is none. */
  policy(repository: RepositoryId): Promise<string | undefined>
  /** `force` also sets a policy that prevents this identity from setting another one. */
  setPolicy(repository: RepositoryId, policy: string, options: { force: boolean }): Promise<void>
  resourceTags(repository: RepositoryId): Promise<Readonly<Record<string, string>>>
  /** Adds tags, and updates the values of existing ones; all others are kept. */
  setResourceTags(repository: RepositoryId, tags: Readonly<Record<string, string>>): Promise<void>
}

const idOf = ({ name, registryId }: RepositoryId) => ({ repositoryName: name, registryId })

export function ecrSettingsOf(session: Pick<EcrSession, 'call' | 'ecr'>): EcrSettings {
  const call = ecrCaller(session)
  return {
    async setTagMutability(repository, mode, exclusions) {
      const input = { ...idOf(repository), ...mutabilityInput(mode, exclusions) }
      await call(
        'ecr:PutImageTagMutability',
        (ecr, options) => ecr.putImageTagMutability(input, options),
        repository.name,
      )
    },
    async setScanOnPush(repository, scanOnPush) {
      const input = { ...idOf(repository), imageScanningConfiguration: { scanOnPush } }
      await call(
        'ecr:PutImageScanningConfiguration',
        (ecr, options) => ecr.putImageScanningConfiguration(input, options),
        repository.name,
      )
    },
    async lifecyclePolicy(repository) {
      const input = idOf(repository)
      const answer = await undefinedOnError('LifecyclePolicyNotFoundException', () =>
        call('ecr:GetLifecyclePolicy', (ecr, options) => ecr.getLifecyclePolicy(input, options), repository.name),
      )
      return answer?.lifecyclePolicyText
    },
    async setLifecyclePolicy(repository, policy) {
      const input = { ...idOf(repository), lifecyclePolicyText: policy }
      await call('ecr:PutLifecyclePolicy', (ecr, options) => ecr.putLifecyclePolicy(input, options), repository.name)
    },
    async policy(repository) {
      const input = idOf(repository)
      const answer = await undefinedOnError('RepositoryPolicyNotFoundException', () =>
        call('ecr:GetRepositoryPolicy', (ecr, options) => ecr.getRepositoryPolicy(input, options), repository.name),
      )
      return answer?.policyText
    },
    async setPolicy(repository, policy, { force }) {
      const input = { ...idOf(repository), policyText: policy, ...(force && { force }) }
      await call('ecr:SetRepositoryPolicy', (ecr, options) => ecr.setRepositoryPolicy(input, options), repository.name)
    },
    async resourceTags({ arn, name }) {
      const input = { resourceArn: arn }
      const answer = await call(
        'ecr:ListTagsForResource',
        (ecr, options) => ecr.listTagsForResource(input, options),
        name,
      )
      return Object.fromEntries((answer.tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']))
    },
    async setResourceTags({ arn, name }, tags) {
      const input = { resourceArn: arn, tags: tagList(tags) }
      await call('ecr:TagResource', (ecr, options) => ecr.tagResource(input, options), name)
    },
  }
}
