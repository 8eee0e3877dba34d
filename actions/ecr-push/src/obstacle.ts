import { type Builder, builderOf, isAtLeast, type Toolset } from '@container-actions/core'
import type { Feature } from './build-features.ts'

/** What keeps a feature from being had. */
export interface Obstacle {
  readonly feature: Feature
  /** The rest of the sentence that begins with `needs`. */
  readonly needs: string
  /** What its reader can do. */
  readonly cure: string
}

/** The builder that there is. */
export interface Found {
  readonly by: Builder
  /** Whether it builds inside the engine, whose store is then the limit. */
  readonly inEngine: boolean
  /** Whether the engine has to run for it. */
  readonly usesEngine: boolean
  readonly classicStore: boolean
  /** `undefined` where that cannot be told, as of a builder that does not run yet. */
  readonly buildkit: string | undefined
  /** Names it in a sentence. */
  readonly name: string
}

/** The least BuildKit of the engines from a version on: vendor.mod of https://github.com/moby/moby. */
const EMBEDDED = [
  ['28', '0.20'],
  ['27', '0.14'],
  ['26', '0.13'],
  ['25', '0.12'],
  ['24', '0.11'],
  ['23', '0.10'],
  ['20.10', '0.8'],
] as const

/** Drivers whose builders run in containers of the engine, or in the engine itself. */
const LOCAL_DRIVERS = ['docker', 'docker-container']

export function foundIn(toolset: Toolset): Found {
  const { engine, selected } = toolset
  const inEngine = selected === undefined || selected.driver === '' || selected.driver === 'docker'
  const version = 'version' in engine ? engine.version : ''
  const [, embedded] = EMBEDDED.find(([least]) => isAtLeast(version, least)) ?? []
  return {
    by: builderOf(toolset),
    inEngine,
    usesEngine: inEngine || LOCAL_DRIVERS.includes(selected.driver),
    classicStore: 'store' in engine && engine.store === 'classic',
    buildkit: selected?.buildkit ?? (inEngine ? embedded : undefined),
    name: inEngine ? `Docker's engine ${version}` : `the builder '${selected.name}'`,
  }
}

const PLUGIN = 'Install the plugin docker-buildx on the runner.'

const ANOTHER = "Name another builder with 'builder', of the driver docker-container, kubernetes or remote."

/** What keeps `feature` from being had with the builder that there is; `undefined` where nothing does. */
export function obstacleOf(feature: Feature, found: Found): Obstacle | undefined {
  const { by, inEngine, classicStore, buildkit, name } = found
  const { needs } = feature
  if (by !== 'buildx' && needs.buildx) {
    return { feature, needs: 'buildx, which this runner does not have', cure: PLUGIN }
  }
  if (by === 'classic' && needs.buildkit !== undefined) {
    return { feature, needs: 'BuildKit, which the classic builder is not', cure: PLUGIN }
  }
  const cure = by === 'buildx' ? ANOTHER : PLUGIN
  if (needs.buildkit !== undefined && buildkit !== undefined && !isAtLeast(buildkit, needs.buildkit)) {
    return { feature, needs: `BuildKit ${needs.buildkit}, and ${name} has ${buildkit}`, cure }
  }
  if (needs.index && inEngine && classicStore) {
    const needed = `the containerd image store, or a builder outside of the engine, and ${name} has the classic store`
    return { feature, needs: needed, cure }
  }
  return undefined
}
