import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Documents, namesIn, readJson } from '../store/documents.ts'
import { DRAFT, type Journals } from '../store/journals.ts'
import { JOURNAL, REPOSITORIES_FOLDER, Registry, SETTINGS_FILE } from './registry.ts'
import type { RegistrySettings } from './registry-settings.ts'
import { Repository, type RepositoryRecord } from './repository.ts'

/** All accounts and regions that have been used. */
export class Registries {
  readonly #folder: string
  readonly #store: { readonly documents: Documents; readonly journals: Journals }
  readonly #registries = new Map<string, Registry>()

  constructor(folder: string, store: { documents: Documents; journals: Journals }) {
    this.#folder = folder
    this.#store = store
  }

  get(account: string, region: string): Registry {
    const key = join(account, region)
    const known = this.#registries.get(key)
    if (known) return known
    const registry = new Registry({ account, region }, join(this.#folder, key), this.#store)
    this.#registries.set(key, registry)
    return registry
  }

  all(): Registry[] {
    return [...this.#registries.values()]
  }

  /** Digests of everything that any repository contains. */
  digests(): Set<string> {
    const repositories = this.all().flatMap((registry) => [...registry.repositories.values()])
    return new Set(repositories.flatMap(({ images, layers }) => [...images.keys(), ...layers.keys()]))
  }

  /** Reads the data of an earlier run from the folder. */
  async load(): Promise<void> {
    for (const account of await namesIn(this.#folder)) {
      for (const region of await namesIn(join(this.#folder, account))) {
        const folder = join(this.#folder, account, region)
        await load(this.get(account, region), folder, this.#store.journals)
      }
    }
  }
}

async function load(registry: Registry, folder: string, journals: Journals): Promise<void> {
  const settings = (await readJson(join(folder, SETTINGS_FILE))) as RegistrySettings | undefined
  if (settings) registry.settings = settings
  const repositories = join(folder, REPOSITORIES_FOLDER)
  for (const name of await namesIn(repositories)) {
    const path = await journalAt(join(repositories, name))
    const repository = path === undefined ? undefined : await repositoryIn(path, journals)
    if (repository === undefined) continue
    registry.repositories.set(repository.name, repository)
    dropUnusedLayers(repository)
  }
}

/** An older format with one document per repository, which is also a valid first line of a journal. */
const DOCUMENT = /\.json$/

/** Removes the leftovers of an interrupted write. */
async function journalAt(path: string): Promise<string | undefined> {
  if (path.endsWith(DRAFT)) await rm(path)
  if (!DOCUMENT.test(path)) return path.endsWith(JOURNAL) ? path : undefined
  const journal = path.replace(DOCUMENT, JOURNAL)
  await rename(path, journal)
  return journal
}

async function repositoryIn(path: string, journals: Journals): Promise<Repository | undefined> {
  let repository: Repository | undefined
  await journals.load(path, (line) => {
    if (repository === undefined) repository = new Repository(line as ConstructorParameters<typeof Repository>[0])
    else repository.replay(line as RepositoryRecord)
  })
  // The journal already contains everything.
  repository?.changes()
  return repository
}

/** Layers without an image are left over from abandoned pushes or from deleted images. */
function dropUnusedLayers({ images, layers }: Repository) {
  for (const digest of layers.keys()) if (!images.isReferredTo(digest)) layers.delete(digest)
}
