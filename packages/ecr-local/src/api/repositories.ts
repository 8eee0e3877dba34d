import { ApiError } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import { repositoryArn } from '../model/arn.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { repositoryName } from '../model/repository-name.ts'
import { type Operation, registryOf, repositoryOf, seconds } from './operation.ts'
import { demandNoPage, page } from './page.ts'
import { settingsFrom } from './repository-settings.ts'

export const CreateRepository: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const name = repositoryName(input.string('repositoryName'))
  const repository = await registry.create(name, settingsFrom(input, registry, 'tags'), ecr.settings.now())
  return { repository: await describe(registry, repository, ecr) }
}

export const DescribeRepositories: Operation = async (request) => {
  const { input, ecr } = request
  const names = input.strings('repositoryNames')
  if (!names) {
    const registry = registryOf(request)
    const all = [...registry.repositories.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
    const { items, nextToken } = page(all, input)
    return { repositories: await Promise.all(items.map((item) => describe(registry, item, ecr))), nextToken }
  }
  demandNoPage(input, 'repositoryNames')
  const found = names.map((name) => repositoryOf(request, name))
  return {
    repositories: await Promise.all(found.map(({ registry, repository }) => describe(registry, repository, ecr))),
  }
}

export const DeleteRepository: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  if (repository.images.size > 0 && !request.input.boolean('force')) {
    throw new ApiError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
    )
  }
  await registry.remove(repository)
  return { repository: await describe(registry, repository, request.ecr) }
}

/** A repository as the API shows it. */
async function describe(registry: Registry, repository: Repository, ecr: Ecr) {
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
