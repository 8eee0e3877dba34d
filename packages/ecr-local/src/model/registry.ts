import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ApiError } from '../api-error.ts'
import type { Documents } from '../store/documents.ts'
import type { Journals } from '../store/journals.ts'
import { freshSettings, type RegistrySettings } from './registry-settings.ts'
import { Repository, type RepositorySettings } from './repository.ts'

/** One account in one region: what ECR calls a registry. */
export class Registry {
  readonly account: string
  readonly region: string
  readonly repositories = new Map<string, Repository>()
  settings: RegistrySettings = freshSettings()
  readonly #folder: string
  readonly #documents: Documents
  readonly #journals: Journals

  constructor(
    id: { account: string; region: string },
    folder: string,
    { documents, journals }: { documents: Documents; journals: Journals },
  ) {
    this.account = id.account
    this.region = id.region
    this.#folder = folder
    this.#documents = documents
    this.#journals = journals
  }

  /** @throws ApiError RepositoryNotFoundException */
  repository(name: string): Repository {
    const repository = this.repositories.get(name)
    if (repository) return repository
    throw new ApiError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${this.account}'`,
    )
  }

  /** @throws ApiError RepositoryAlreadyExistsException */
  async create(name: string, settings: RepositorySettings, createdAt: number): Promise<Repository> {
    if (this.repositories.has(name)) {
      throw new ApiError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${this.account}'`,
      )
    }
    const repository = new Repository({ name, createdAt, ...structuredClone(settings) })
    this.repositories.set(name, repository)
    await this.save(repository)
    return repository
  }

  async remove(repository: Repository): Promise<void> {
    this.repositories.delete(repository.name)
    await this.#journals.remove(this.#path(repository.name))
  }

  /** Call after every change; resolves when it is on disk. */
  async save(repository: Repository): Promise<void> {
    // A repository that was deleted in the meantime must not come back.
    if (this.repositories.get(repository.name) !== repository) return
    await this.#journals.save(this.#path(repository.name), repository)
  }

  /** Call after every change of the settings. */
  saveSettings(): Promise<void> {
    return this.#documents.save(join(this.#folder, SETTINGS_FILE), () => this.settings)
  }

  /** A name may be longer than a file name, and contains slashes. */
  #path(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
    return join(this.#folder, REPOSITORIES_FOLDER, `${hash}${JOURNAL}`)
  }
}

export const SETTINGS_FILE = 'registry.json'
export const REPOSITORIES_FOLDER = 'repositories'
export const JOURNAL = '.jsonl'
