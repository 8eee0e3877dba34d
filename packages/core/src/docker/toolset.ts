import { isAtLeast, plainVersion } from '../base/version.ts'

/**
 * The builder in use: the buildx plugin, the BuildKit integration in Docker's CLI before 23, or the classic builder.
 */
export type Builder = 'buildx' | 'buildkit' | 'classic'

/** The engine's image store: only containerd's can store indexes, for several platforms or attestations. */
export type ImageStore = 'containerd' | 'classic'

/** A responding engine. */
export interface Engine {
  readonly kind: 'engine'
  readonly version: string
  readonly store: ImageStore
  /** Its own platform, such as `linux/amd64`. */
  readonly platform: string
  /** Whether its experimental features are enabled. */
  readonly experimental?: boolean
  /** Whether it is known to run without root. */
  readonly rootless?: boolean
}

/** A buildx builder with one or more nodes. */
export interface BuilderInstance {
  readonly name: string
  /** `docker`, `docker-container`, `kubernetes`, `remote`, or a driver of a later buildx. */
  readonly driver: string
  /**
   * The oldest BuildKit version among the nodes, such as `0.25.2`; `undefined` if they are not running or do not report
   * it.
   */
  readonly buildkit: string | undefined
  /** The platforms of all nodes together; empty if they are not running. */
  readonly platforms: readonly string[]
  readonly running: boolean
  /** Its own error if it cannot be used. */
  readonly problem: string | undefined
}

/** An engine that does not respond, or was not queried. */
export interface NoEngine {
  readonly kind: 'none'
  readonly problem: string
}

/** The Docker installation of this step; an engine that does not respond has a problem instead. */
export interface Toolset {
  readonly client: string
  readonly engine: Engine | NoEngine
  /** Version of the plugin; `undefined` if there is none. */
  readonly buildx: string | undefined
  /** The requested builder, otherwise the one that buildx selects; none without buildx. */
  readonly selected: BuilderInstance | undefined
}

/** The first client version without a builder of its own other than buildx and the classic one. */
const FIRST_WITHOUT_BUILDKIT = 23

/** The default builder: `docker build` of this client, or the plugin if it is installed. */
export function builderOf({ client, buildx }: Pick<Toolset, 'client' | 'buildx'>): Builder {
  if (buildx !== undefined) return 'buildx'
  return Number.parseInt(client, 10) < FIRST_WITHOUT_BUILDKIT ? 'buildkit' : 'classic'
}

/** The image store according to `DriverStatus` in `docker info`, a list of name-value pairs. */
export function imageStoreIn(driverStatus: unknown): ImageStore {
  const status = Array.isArray(driverStatus) ? driverStatus : []
  return status.some((entry) => String(entry).startsWith('driver-type,io.containerd.')) ? 'containerd' : 'classic'
}

/**
 * The first buildx version that leaves the push to the engine's BuildKit. Earlier versions push again, by the image's
 * name: https://github.com/docker/buildx/commit/4f7d145c0ee052286b7dcb94d98d2a371a818c6c
 */
const FIRST_TO_PUSH_ONCE = '0.22'

/** Whether the engine's builder can push an image during the build, without a name in the engine. */
export function engineBuilderPushes({ engine, buildx }: Pick<Toolset, 'engine' | 'buildx'>): boolean {
  const inContainerd = engine.kind === 'engine' && engine.store === 'containerd'
  return inContainerd && buildx !== undefined && isAtLeast(buildx, FIRST_TO_PUSH_ONCE)
}

const valuesOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'gim'))].map(([, value = '']) => value)

/** Parses the output of `docker buildx inspect`, whose format is unchanged since buildx 0.5. */
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
