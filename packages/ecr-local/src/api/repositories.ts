import { repositoryArn } from '../model/arn.ts'
import { repositoryName } from '../model/repository-name.ts'
import { type Operation, registryOf, seconds } from './operation.ts'
import { deleting, describing, type Show } from './repository-operations.ts'
import { settingsFrom } from './repository-settings.ts'

const show: Show = async (registry, repository, ecr) => {
  const { imageTagMutability, exclusionFilters, scanOnPush, encryption } = repository.settings
  return {
    repositoryArn: repositoryArn(registry, repository.name),
    registryId: registry.account,
    repositoryName: repository.name,
    repositoryUri: `${await ecr.hosts.of(registry)}/${repository.name}`,
    createdAt: seconds(repository.createdAt),
    imageTagMutability,
    ...(exclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: exclusionFilters }),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: encryption,
  }
}

export const CreateRepository: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const name = repositoryName(input.string('repositoryName'))
  const repository = await registry.create(name, settingsFrom(input, registry, 'tags'), ecr.settings.now())
  return { repository: await show(registry, repository, ecr) }
}

export const DescribeRepositories = describing(show)

export const DeleteRepository = deleting(show)
