import { join } from 'node:path'
import { type Documents, namesIn, readJson } from '../store/documents.ts'
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

  /** Of everything that some repository has. */
  digests(): Set<string> {
    const repositories = this.all().flatMap((registry) => [...registry.repositories.values()])
    return new Set(repositories.flatMap(({ images, layers }) => [...images.keys(), ...layers.keys()]))
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
    const repository = new Repository(record)
    registry.repositories.set(record.name, repository)
    dropUnusedLayers(repository)
  }
}

/** Layers without an image are left from pushes that nobody goes on with, or from images that were deleted. */
function dropUnusedLayers({ images, layers }: Repository) {
  const used = new Set([...images.values()].flatMap(({ references }) => references))
  for (const digest of layers.keys()) if (!used.has(digest)) layers.delete(digest)
}
