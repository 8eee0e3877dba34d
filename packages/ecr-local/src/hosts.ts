import { PUBLIC } from './model/public-registry.ts'
import type { Registries } from './model/registries.ts'
import type { Registry } from './model/registry.ts'
import { type Documents, readJson } from './store/documents.ts'

/** A listening socket. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Opens a socket whose registry requests are for the given registry. Rejects if the port is in use. */
export type Listen = (registry: Registry, port: number) => Promise<Listener>

/**
 * The address at which docker finds the registry of an account and region: a port of its own, opened when the registry
 * is first used. Names such as `<account>.dkr.ecr.<region>.localhost` would be nicer, but neither glibc nor Go resolves
 * them, and addresses such as 127.0.0.2 do not exist on a Mac.
 */
export class Hosts {
  readonly #address: string
  readonly #listen: Listen
  readonly #documents: Documents
  readonly #file: string
  readonly #listeners = new Map<Registry, Promise<Listener>>()
  /** The first ECR Public registry that was used; all others share its port. */
  #public: Registry | undefined
  /** Account and region → the port in this run, or in the previous one. */
  #ports: Record<string, number> = {}

  /** @param file stores the ports, so that image names stay valid after a restart */
  constructor(address: string, listen: Listen, documents: Documents, file: string) {
    this.#address = address
    this.#listen = listen
    this.#documents = documents
    this.#file = file
  }

  /** Opens the first port, and those that an earlier run on the same data had opened. */
  async open(home: Registry, port: number, registries: Registries): Promise<void> {
    this.#ports = ((await readJson(this.#file)) ?? {}) as Record<string, number>
    await this.#start(home, port)
    for (const key of Object.keys(this.#ports)) {
      const [account = '', region = ''] = key.split('/')
      await this.of(registries.get(account, region))
    }
  }

  /** `host:port` */
  async of(registry: Registry): Promise<string> {
    if (registry.region === PUBLIC) this.#public ??= registry
    const home = registry.region === PUBLIC ? (this.#public ?? registry) : registry
    const listener = await (this.#listeners.get(home) ?? this.#startAnywhere(home))
    return `${this.#address}:${listener.port}`
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#listeners.values())
    await Promise.all(open.map((listener) => (listener.status === 'fulfilled' ? listener.value.close() : undefined)))
  }

  #startAnywhere(registry: Registry): Promise<Listener> {
    const usual = this.#ports[keyOf(registry)] ?? 0
    const listening = this.#listen(registry, usual).catch((error: NodeJS.ErrnoException) => {
      if (usual === 0 || error.code !== 'EADDRINUSE') throw error
      return this.#listen(registry, 0)
    })
    return this.#remember(registry, listening)
  }

  #start(registry: Registry, port: number): Promise<Listener> {
    return this.#remember(registry, this.#listen(registry, port))
  }

  async #remember(registry: Registry, listening: Promise<Listener>): Promise<Listener> {
    this.#listeners.set(registry, listening)
    // A later caller retries after a failure.
    listening.catch(() => this.#listeners.delete(registry))
    const listener = await listening
    this.#ports[keyOf(registry)] = listener.port
    await this.#documents.save(this.#file, () => this.#ports)
    return listener
  }
}

const keyOf = ({ account, region }: Registry) => `${account}/${region}`
