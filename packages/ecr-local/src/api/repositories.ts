import { invalidParameter } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import { repositoryArn } from '../model/arn.ts'
import type { Registry } from '../model/registry.ts'
import type { ExclusionFilter, Repository, RepositorySettings, TagMutability } from '../model/repository.ts'
import type { Input } from './input.ts'
import { type Operation, page, registryOf, repositoryName, seconds } from './operation.ts'

export const CreateRepository: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const name = repositoryName(input.string('repositoryName'))
  const repository = await registry.create(name, settingsFrom(input), ecr.settings.now())
  return { repository: await describe(registry, repository, ecr) }
}

export const DescribeRepositories: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const names = input.strings('repositoryNames', { min: 1, max: 100 })
  if (names && (input.optional('nextToken') !== undefined || input.integer('maxResults', ANY) !== undefined)) {
    throw invalidParameter('repositoryNames', 'Member must not be combined with nextToken or maxResults')
  }
  if (names) {
    const repositories = names.map((name) => registry.repository(repositoryName(name)))
    return { repositories: await Promise.all(repositories.map((repository) => describe(registry, repository, ecr))) }
  }
  const all = [...registry.repositories.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  const { items, nextToken } = page(all, request)
  return { repositories: await Promise.all(items.map((repository) => describe(registry, repository, ecr))), nextToken }
}

const ANY = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }

/** A repository as the API shows it. */
export async function describe(registry: Registry, repository: Repository, ecr: Ecr) {
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

const MUTABILITIES = ['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'] as const

function settingsFrom(input: Input): RepositorySettings {
  const encryption = input.object('encryptionConfiguration')
  const kmsKey = encryption?.optional('kmsKey')
  const encryptionType = encryption?.oneOf('encryptionType', ['AES256', 'KMS', 'KMS_DSSE']) ?? 'AES256'
  const tags = input.objects('tags', { min: 0, max: 50 }) ?? []
  return {
    ...mutabilityFrom(input),
    scanOnPush: input.object('imageScanningConfiguration')?.boolean('scanOnPush') ?? false,
    encryption: { encryptionType, ...(kmsKey !== undefined && { kmsKey }) },
    resourceTags: Object.fromEntries(tags.map((tag) => [tag.string('Key'), tag.string('Value')])),
  }
}

/** Filters belong to the two mutabilities that have exclusions, and those need filters. */
export function mutabilityFrom(input: Input): {
  imageTagMutability: TagMutability
  exclusionFilters: ExclusionFilter[]
} {
  const imageTagMutability = input.oneOf('imageTagMutability', MUTABILITIES) ?? 'MUTABLE'
  const filters = input.objects('imageTagMutabilityExclusionFilters', { min: 1, max: 5 })
  const exclusionFilters = filters?.map(filterFrom) ?? []
  const parameter = 'imageTagMutabilityExclusionFilters'
  if (imageTagMutability.endsWith('_WITH_EXCLUSION') && exclusionFilters.length === 0) {
    throw invalidParameter(
      parameter,
      `ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as ${imageTagMutability}`,
    )
  }
  if (!imageTagMutability.endsWith('_WITH_EXCLUSION') && exclusionFilters.length > 0) {
    throw invalidParameter(
      parameter,
      `ImageTagMutabilityExclusionFilters can't be used when imageTagMutability is set as ${imageTagMutability}`,
    )
  }
  return { imageTagMutability, exclusionFilters }
}

function filterFrom(input: Input): ExclusionFilter {
  const filter = input.string('filter')
  if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter)) {
    throw invalidParameter('filter', 'Member must satisfy regular expression pattern: ^[0-9a-zA-Z._*-]{1,128}$')
  }
  if (filter.split('*').length > 3) throw invalidParameter('filter', 'A filter may have at most two wildcards')
  return { filterType: input.oneOf('filterType', ['WILDCARD']) ?? 'WILDCARD', filter }
}
