import { PUBLIC } from './model/public-registry.ts'
import type { Registries } from './model/registries.ts'
import type { Registry } from './model/registry.ts'
import { type Documents, readJson } from './store/documents.ts'

/** A listening socket. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Opens a socket whose registry requests are for the given registry. Rejects when the port is taken. */
export type Listen = (registry: Registry, port: number) => Promise<Listener>

/**
 * Where docker finds the registry of an account and region: a port of its own, opened when the registry is first
 * named. Names such as `<account>.dkr.ecr.<region>.localhost` would be nicer, but neither glibc nor Go resolves
 * them, and addresses such as 127.0.0.2 do not exist on a Mac.
 */
export class Hosts {
  readonly #address: string
  readonly #listen: Listen
  readonly #documents: Documents
  readonly #file: string
  readonly #listeners = new Map<Registry, Promise<Listener>>()
  /** The first of ECR Public that was named; all others there have the same port. */
  #public: Registry | undefined
  /** Account and region → the port of this run, or of the one before. */
  #ports: Record<string, number> = {}

  /** @param file remembers the ports, so that image names stay good after a restart */
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
    // Who comes after a failure tries again.
    listening.catch(() => this.#listeners.delete(registry))
    const listener = await listening
    this.#ports[keyOf(registry)] = listener.port
    await this.#documents.save(this.#file, () => this.#ports)
    return listener
  }
}

const keyOf = ({ account, region }: Registry) => `${account}/${region}`
