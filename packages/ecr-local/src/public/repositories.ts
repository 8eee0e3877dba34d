import type { Input } from '../api/input.ts'
import { type Operation, registryOf, repositoryOf, seconds } from '../api/operation.ts'
import { demandNoPage, page } from '../api/page.ts'
import { resourceTagsFrom } from '../api/repository-settings.ts'
import { ApiError } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import { repositoryArn } from '../model/arn.ts'
import { aliasOf } from '../model/public-registry.ts'
import type { Registry } from '../model/registry.ts'
import type { CatalogData, Repository, RepositorySettings } from '../model/repository.ts'
import { repositoryName } from '../model/repository-name.ts'

/** A public repository has neither mutability nor scans nor encryption to choose. */
const settingsOf = (resourceTags: Record<string, string>, catalogData: CatalogData): RepositorySettings => ({
  imageTagMutability: 'MUTABLE',
  exclusionFilters: [],
  scanOnPush: false,
  encryption: { encryptionType: 'AES256' },
  resourceTags,
  catalogData,
})

export const CreateRepository: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const catalogData = catalogDataFrom(input.object('catalogData'))
  const settings = settingsOf(resourceTagsFrom(input.objects('tags') ?? []), catalogData)
  const name = repositoryName(input.string('repositoryName'))
  const repository = await registry.create(name, settings, ecr.settings.now())
  return { repository: await describe(registry, repository, ecr), catalogData }
}

export const DescribeRepositories: Operation = async (request) => {
  const { input, ecr } = request
  const names = input.strings('repositoryNames')
  if (names) {
    demandNoPage(input, 'repositoryNames')
    const found = names.map((name) => repositoryOf(request, name))
    const repositories = found.map(({ registry, repository }) => describe(registry, repository, ecr))
    return { repositories: await Promise.all(repositories) }
  }
  const registry = registryOf(request)
  const all = [...registry.repositories.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  const { items, nextToken } = page(all, input)
  return { repositories: await Promise.all(items.map((item) => describe(registry, item, ecr))), nextToken }
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

export const GetRepositoryCatalogData: Operation = (request) => ({
  catalogData: repositoryOf(request).repository.settings.catalogData ?? {},
})

export const PutRepositoryCatalogData: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const catalogData = catalogDataFrom(request.input.required('catalogData'))
  repository.settings.catalogData = catalogData
  await registry.save(repository)
  return { catalogData }
}

/** Without the logo, whose address would be AWS's. */
function catalogDataFrom(input: Input | undefined): CatalogData {
  const texts = ['description', 'aboutText', 'usageText'].map((name) => [name, input?.optional(name)])
  const lists = ['architectures', 'operatingSystems'].map((name) => [name, input?.strings(name)])
  return Object.fromEntries([...texts, ...lists].filter(([, value]) => value !== undefined))
}

async function describe(registry: Registry, { name, createdAt }: Repository, ecr: Ecr) {
  return {
    repositoryArn: repositoryArn(registry, name),
    registryId: registry.account,
    repositoryName: name,
    repositoryUri: `${await ecr.hosts.of(registry)}/${aliasOf(registry.account)}/${name}`,
    createdAt: seconds(createdAt),
  }
}
