import type { Input } from '../api/input.ts'
import { type Operation, registryOf, repositoryOf, seconds } from '../api/operation.ts'
import { deleting, describing, type Show } from '../api/repository-operations.ts'
import { resourceTagsFrom } from '../api/repository-settings.ts'
import { repositoryArn } from '../model/arn.ts'
import { aliasOf } from '../model/public-registry.ts'
import type { CatalogData, RepositorySettings } from '../model/repository.ts'
import { repositoryName } from '../model/repository-name.ts'

const show: Show = async (registry, { name, createdAt }, ecr) => ({
  repositoryArn: repositoryArn(registry, name),
  registryId: registry.account,
  repositoryName: name,
  repositoryUri: `${await ecr.hosts.of(registry)}/${aliasOf(registry.account)}/${name}`,
  createdAt: seconds(createdAt),
})

/** A public repository has no settings for mutability, scanning or encryption. */
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
  return { repository: await show(registry, repository, ecr), catalogData }
}

export const DescribeRepositories = describing(show)

export const DeleteRepository = deleting(show)

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

/** Without the logo, whose URL would be AWS's. */
function catalogDataFrom(input: Input | undefined): CatalogData {
  const texts = ['description', 'aboutText', 'usageText'].map((name) => [name, input?.optional(name)])
  const lists = ['architectures', 'operatingSystems'].map((name) => [name, input?.strings(name)])
  return Object.fromEntries([...texts, ...lists].filter(([, value]) => value !== undefined))
}
