import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ApiError } from '../api-error.ts'
import type { Documents } from '../store/documents.ts'
import { Repository, type RepositorySettings } from './repository.ts'

/** One account in one region: what ECR calls a registry. */
export class Registry {
  readonly account: string
  readonly region: string
  readonly repositories = new Map<string, Repository>()
  readonly #folder: string
  readonly #documents: Documents

  constructor(id: { account: string; region: string }, folder: string, documents: Documents) {
    this.account = id.account
    this.region = id.region
    this.#folder = folder
    this.#documents = documents
  }

  /** @throws ApiError RepositoryNotFoundException */
  repository(name: string): Repository {
    const repository = this.repositories.get(name)
    if (!repository) {
      throw new ApiError(
        'RepositoryNotFoundException',
        `The repository with name '${name}' does not exist in the registry with id '${this.account}'`,
      )
    }
    return repository
  }

  /** @throws ApiError RepositoryAlreadyExistsException */
  async create(name: string, settings: RepositorySettings, createdAt: number): Promise<Repository> {
    if (this.repositories.has(name)) {
      throw new ApiError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${this.account}'`,
      )
    }
    const repository = new Repository({ name, createdAt, ...settings, layers: {}, images: {}, tags: {} })
    this.repositories.set(name, repository)
    await this.save(repository)
    return repository
  }

  /** Call after every change; resolves when it is on disk. */
  save(repository: Repository): Promise<void> {
    return this.#documents.save(this.#path(repository.name), () => repository)
  }

  /** A name may be longer than a file name, and holds slashes. */
  #path(name: string): string {
    return join(this.#folder, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.json`)
  }
}
