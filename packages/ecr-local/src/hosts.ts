import type { Registry } from './model/registry.ts'

/** Where docker finds the registry of an account and region, as `host:port`. */
export interface Hosts {
  of(registry: Registry): Promise<string>
}
