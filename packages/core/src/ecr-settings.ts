import { unless } from './ecr-error.ts'
import { mutabilityInput, type Repository, type TagMutability, tagList } from './ecr-repository.ts'
import type { EcrSession } from './throttling.ts'

/** Which repository of which registry. */
export type RepositoryId = Pick<Repository, 'name' | 'registryId' | 'arn'>

/** What can be changed of a repository that exists: all but its encryption. */
export interface EcrSettings {
  /** `exclusions` are the tags, with `*`, that behave the other way; only the modes `…_WITH_EXCLUSION` have some. */
  setTagMutability(repository: RepositoryId, mode: TagMutability, exclusions: readonly string[]): Promise<void>
  setScanOnPush(repository: RepositoryId, scanOnPush: boolean): Promise<void>
  /** As JSON; `undefined` where there is none. */
  lifecyclePolicy(repository: RepositoryId): Promise<string | undefined>
  setLifecyclePolicy(repository: RepositoryId, policy: string): Promise<void>
  /** As JSON in AWS's own spelling; `undefined` where there is none. */
  policy(repository: RepositoryId): Promise<string | undefined>
  /** `force` also sets a policy under which this identity cannot set another one. */
  setPolicy(repository: RepositoryId, policy: string, options: { force: boolean }): Promise<void>
  resourceTags(repository: RepositoryId): Promise<Readonly<Record<string, string>>>
  /** Adds the tags, and gives those that exist their new values; the others stay. */
  setResourceTags(repository: RepositoryId, tags: Readonly<Record<string, string>>): Promise<void>
}

const idOf = ({ name, registryId }: RepositoryId) => ({ repositoryName: name, registryId })

export function ecrSettingsOf(session: Pick<EcrSession, 'call' | 'ecr'>): EcrSettings {
  return {
    async setTagMutability(repository, mode, exclusions) {
      const input = { ...idOf(repository), ...mutabilityInput(mode, exclusions) }
      await session.call(
        'ecr:PutImageTagMutability',
        async (options) => (await session.ecr()).putImageTagMutability(input, options),
        repository.name,
      )
    },
    async setScanOnPush(repository, scanOnPush) {
      const input = {
        ...idOf(repository),
        imageScanningConfiguration: { scanOnPush },
      }
      await session.call(
        'ecr:PutImageScanningConfiguration',
        async (options) => (await session.ecr()).putImageScanningConfiguration(input, options),
        repository.name,
      )
    },
    async lifecyclePolicy(repository) {
      const input = idOf(repository)
      const answer = await unless('LifecyclePolicyNotFoundException', () =>
        session.call(
          'ecr:GetLifecyclePolicy',
          async (options) => (await session.ecr()).getLifecyclePolicy(input, options),
          repository.name,
        ),
      )
      return answer?.lifecyclePolicyText
    },
    async setLifecyclePolicy(repository, policy) {
      const input = { ...idOf(repository), lifecyclePolicyText: policy }
      await session.call(
        'ecr:PutLifecyclePolicy',
        async (options) => (await session.ecr()).putLifecyclePolicy(input, options),
        repository.name,
      )
    },
    async policy(repository) {
      const input = idOf(repository)
      const answer = await unless('RepositoryPolicyNotFoundException', () =>
        session.call(
          'ecr:GetRepositoryPolicy',
          async (options) => (await session.ecr()).getRepositoryPolicy(input, options),
          repository.name,
        ),
      )
      return answer?.policyText
    },
    async setPolicy(repository, policy, { force }) {
      const input = {
        ...idOf(repository),
        policyText: policy,
        ...(force && { force }),
      }
      await session.call(
        'ecr:SetRepositoryPolicy',
        async (options) => (await session.ecr()).setRepositoryPolicy(input, options),
        repository.name,
      )
    },
    async resourceTags({ arn, name }) {
      const input = { resourceArn: arn }
      const answer = await session.call(
        'ecr:ListTagsForResource',
        async (options) => (await session.ecr()).listTagsForResource(input, options),
        name,
      )
      return Object.fromEntries((answer.tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']))
    },
    async setResourceTags({ arn, name }, tags) {
      const input = { resourceArn: arn, tags: tagList(tags) }
      await session.call('ecr:TagResource', async (options) => (await session.ecr()).tagResource(input, options), name)
    },
  }
}
