import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Documents } from '../store/documents.ts'
import { Registry } from './registry.ts'
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

  /** Reads what an earlier run left in the folder. */
  async load(): Promise<void> {
    for (const account of await namesIn(this.#folder)) {
      for (const region of await namesIn(join(this.#folder, account))) {
        const registry = this.get(account, region)
        const folder = join(this.#folder, account, region)
        for (const file of (await namesIn(folder)).filter((name) => name.endsWith('.json'))) {
          const record = JSON.parse(await readFile(join(folder, file), 'utf8')) as RepositoryRecord
          registry.repositories.set(record.name, new Repository(record))
        }
      }
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
