import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Documents } from '../store/documents.ts'
import { REPOSITORIES_FOLDER, Registry, SETTINGS_FILE } from './registry.ts'
import type { RegistrySettings } from './registry-settings.ts'
import { Repository, type RepositoryRecord } from './repository.ts'

/** Every account and region that was ever named. */
export class Registries {
  readonly #folder: string
  readonly #documents: Documents
  readonly #registries = new Map<string, Registry>()

  constructor(folder: string, documents: Documents) {
    this.#folder = folder
    this.#documents = documents
  }

  get(account: string, region: string): Registry {
    const key = join(account, region)
    const known = this.#registries.get(key)
    if (known) return known
    const registry = new Registry({ account, region }, join(this.#folder, key), this.#documents)
    this.#registries.set(key, registry)
    return registry
  }

  all(): Registry[] {
    return [...this.#registries.values()]
  }

  /** Reads what an earlier run left in the folder. */
  async load(): Promise<void> {
    for (const account of await namesIn(this.#folder)) {
      for (const region of await namesIn(join(this.#folder, account))) {
        const folder = join(this.#folder, account, region)
        await load(this.get(account, region), folder)
      }
    }
  }
}

async function load(registry: Registry, folder: string): Promise<void> {
  const settings = (await readJson(join(folder, SETTINGS_FILE))) as RegistrySettings | undefined
  if (settings) registry.settings = settings
  const repositories = join(folder, REPOSITORIES_FOLDER)
  for (const file of (await namesIn(repositories)).filter((name) => name.endsWith('.json'))) {
    const record = (await readJson(join(repositories, file))) as RepositoryRecord
    registry.repositories.set(record.name, new Repository(record))
  }
}

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse((await unlessMissing(readFile(path, 'utf8'))) ?? 'null') ?? undefined

const namesIn = async (folder: string) => (await unlessMissing(readdir(folder))) ?? []

async function unlessMissing<Value>(value: Promise<Value>): Promise<Value | undefined> {
  try {
    return await value
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
