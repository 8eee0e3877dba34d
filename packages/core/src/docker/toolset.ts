import { isAtLeast, plainVersion } from '../base/version.ts'

/** Who builds: the buildx plugin, the BuildKit client inside Docker's CLI before 23, or the classic builder. */
export type Builder = 'buildx' | 'buildkit' | 'classic'

/** Where the engine keeps images: only containerd's store holds indexes, as of several platforms or attestations. */
export type ImageStore = 'containerd' | 'classic'

/** An engine that answers. */
export interface Engine {
  readonly kind: 'engine'
  readonly version: string
  readonly store: ImageStore
  /** Its own, as `linux/amd64`. */
  readonly platform: string
  /** Whether its experimental features are on. */
  readonly experimental?: boolean
}

/** A builder of buildx, which has one or more nodes. */
export interface BuilderInstance {
  readonly name: string
  /** `docker`, `docker-container`, `kubernetes`, `remote`, or one of a later buildx. */
  readonly driver: string
  /** The oldest BuildKit among the nodes, as `0.25.2`; `undefined` where it does not run yet or does not say. */
  readonly buildkit: string | undefined
  /** What the nodes build for, together; empty where they do not run yet. */
  readonly platforms: readonly string[]
  readonly running: boolean
  /** Why it cannot be used, in its own words. */
  readonly problem: string | undefined
}

/** An engine that does not answer, or was not asked. */
export interface NoEngine {
  readonly kind: 'none'
  readonly problem: string
}

/** The Docker that this step found; an engine that does not answer has a problem instead. */
export interface Toolset {
  readonly client: string
  readonly engine: Engine | NoEngine
  /** Of the plugin; `undefined` where there is none. */
  readonly buildx: string | undefined
  /** The builder that was asked for, else the one that buildx takes by itself; none without buildx. */
  readonly selected: BuilderInstance | undefined
}

/** The first client that has no builder of its own but buildx and the classic one. */
const FIRST_WITHOUT_BUILDKIT = 23

/** Who builds without a choice: `docker build` of this client, or the plugin where it is there. */
export function builderOf({ client, buildx }: Pick<Toolset, 'client' | 'buildx'>): Builder {
  if (buildx !== undefined) return 'buildx'
  return Number.parseInt(client, 10) < FIRST_WITHOUT_BUILDKIT ? 'buildkit' : 'classic'
}

/** The store that `docker info` tells of in its `DriverStatus`, a list of names with their values. */
export function imageStoreIn(driverStatus: unknown): ImageStore {
  const status = Array.isArray(driverStatus) ? driverStatus : []
  return status.some((entry) => String(entry).startsWith('driver-type,io.containerd.')) ? 'containerd' : 'classic'
}

/**
 * The first buildx that leaves the push to the engine's BuildKit. Those before it push once more, by the image's name:
 * https://github.com/docker/buildx/commit/4f7d145c0ee052286b7dcb94d98d2a371a818c6c
 */
const FIRST_TO_PUSH_ONCE = '0.22'

/** Whether the builder inside the engine can push an image while it builds it, without a name in the engine. */
export function engineBuilderPushes({ engine, buildx }: Pick<Toolset, 'engine' | 'buildx'>): boolean {
  const inContainerd = engine.kind === 'engine' && engine.store === 'containerd'
  return inContainerd && buildx !== undefined && isAtLeast(buildx, FIRST_TO_PUSH_ONCE)
}

const valuesOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'gim'))].map(([, value = '']) => value)

/** Reads what `docker buildx inspect` prints, which has its form since buildx 0.5. */
export function builderIn(text: string): BuilderInstance {
  const versions = valuesOf(text, 'buildkit(?: version)?').flatMap((value) => plainVersion(value) ?? [])
  const platforms = valuesOf(text, 'platforms').flatMap((value) => value.split(/[*,\s]+/).filter(Boolean))
  return {
    name: valuesOf(text, 'name')[0] ?? '',
    driver: valuesOf(text, 'driver')[0] ?? '',
    buildkit: versions.reduce<string | undefined>(
      (least, each) => (least && isAtLeast(each, least) ? least : each),
      undefined,
    ),
    platforms: [...new Set(platforms)],
    running: valuesOf(text, 'status').includes('running'),
    problem: valuesOf(text, 'error')[0],
  }
}
