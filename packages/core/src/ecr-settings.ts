import {
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
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
  const { ecr } = session
  return {
    async setTagMutability(repository, mode, exclusions) {
      const command = new PutImageTagMutabilityCommand({ ...idOf(repository), ...mutabilityInput(mode, exclusions) })
      await session.call('ecr:PutImageTagMutability', (options) => ecr.send(command, options), repository.name)
    },
    async setScanOnPush(repository, scanOnPush) {
      const command = new PutImageScanningConfigurationCommand({
        ...idOf(repository),
        imageScanningConfiguration: { scanOnPush },
      })
      await session.call('ecr:PutImageScanningConfiguration', (options) => ecr.send(command, options), repository.name)
    },
    async lifecyclePolicy(repository) {
      const command = new GetLifecyclePolicyCommand(idOf(repository))
      const answer = await unless('LifecyclePolicyNotFoundException', () =>
        session.call('ecr:GetLifecyclePolicy', (options) => ecr.send(command, options), repository.name),
      )
      return answer?.lifecyclePolicyText
    },
    async setLifecyclePolicy(repository, policy) {
      const command = new PutLifecyclePolicyCommand({ ...idOf(repository), lifecyclePolicyText: policy })
      await session.call('ecr:PutLifecyclePolicy', (options) => ecr.send(command, options), repository.name)
    },
    async policy(repository) {
      const command = new GetRepositoryPolicyCommand(idOf(repository))
      const answer = await unless('RepositoryPolicyNotFoundException', () =>
        session.call('ecr:GetRepositoryPolicy', (options) => ecr.send(command, options), repository.name),
      )
      return answer?.policyText
    },
    async setPolicy(repository, policy, { force }) {
      const command = new SetRepositoryPolicyCommand({
        ...idOf(repository),
        policyText: policy,
        ...(force && { force }),
      })
      await session.call('ecr:SetRepositoryPolicy', (options) => ecr.send(command, options), repository.name)
    },
    async resourceTags({ arn, name }) {
      const command = new ListTagsForResourceCommand({ resourceArn: arn })
      const answer = await session.call('ecr:ListTagsForResource', (options) => ecr.send(command, options), name)
      return Object.fromEntries((answer.tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']))
    },
    async setResourceTags({ arn, name }, tags) {
      const command = new TagResourceCommand({ resourceArn: arn, tags: tagList(tags) })
      await session.call('ecr:TagResource', (options) => ecr.send(command, options), name)
    },
  }
}
