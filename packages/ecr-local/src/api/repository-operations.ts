import { ApiError } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { type Operation, registryOf, repositoryOf } from './operation.ts'
import { demandNoPage, page } from './page.ts'

/** Formats a repository for an API response. */
export type Show = (registry: Registry, repository: Repository, ecr: Ecr) => Promise<object>

/** DescribeRepositories, which is the same for private and public ECR except for the members returned. */
export const describing =
  (show: Show): Operation =>
  async (request) => {
    const { input, ecr } = request
    const names = input.strings('repositoryNames')
    if (names) {
      demandNoPage(input, 'repositoryNames')
      const found = names.map((name) => repositoryOf(request, name))
      return {
        repositories: await Promise.all(found.map(({ registry, repository }) => show(registry, repository, ecr))),
      }
    }
    const registry = registryOf(request)
    const all = [...registry.repositories.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
    const { items, nextToken } = page(all, input)
    return { repositories: await Promise.all(items.map((item) => show(registry, item, ecr))), nextToken }
  }

/** DeleteRepository for both. */
export const deleting =
  (show: Show): Operation =>
  async (request) => {
    const { registry, repository } = repositoryOf(request)
    if (repository.images.size > 0 && !request.input.boolean('force')) {
      throw new ApiError(
        'RepositoryNotEmptyException',
        `The repository with name '${repository.name}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
      )
    }
    await registry.remove(repository)
    return { repository: await show(registry, repository, request.ecr) }
  }
