import { type Builder, builderOf, isAtLeast, plainVersion, type Toolset } from '@container-actions/core'
import type { Feature } from '../inputs/build-features.ts'

/** Why this builder cannot provide a feature. */
export interface Unsupported {
  readonly feature: Feature
  /** The sentence that says what it needs, and what is available. */
  readonly why: string
  /** What the user can do. */
  readonly cure: string
  /** Whether a temporary builder would provide it. */
  readonly byBuilder: boolean
}

/** The available builder. */
export interface Found {
  readonly by: Builder
  /** Version of the plugin; empty if unknown. */
  readonly buildx: string
  /** Whether experimental features are enabled in the engine. */
  readonly experimental: boolean
  /** Whether it builds inside the engine, so that the engine's image store is the limit. */
  readonly inEngine: boolean
  /** Whether it requires a running engine. */
  readonly usesEngine: boolean
  readonly classicStore: boolean
  /** `undefined` if unknown, for example because the builder is not running yet. */
  readonly buildkit: string | undefined
  /** Its name for use in a sentence. */
  readonly name: string
}

/** The minimum BuildKit version in engines since a version: vendor.mod of https://github.com/moby/moby. */
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
  const version = engine.kind === 'engine' ? engine.version : ''
  const [, embedded] = EMBEDDED.find(([least]) => isAtLeast(version, least)) ?? []
  return {
    by: builderOf(toolset),
    buildx: toolset.buildx ?? '',
    experimental: engine.kind === 'engine' && engine.experimental === true,
    inEngine,
    usesEngine: inEngine || LOCAL_DRIVERS.includes(selected.driver),
    classicStore: engine.kind === 'engine' && engine.store === 'classic',
    buildkit: selected?.buildkit ?? (inEngine ? embedded : undefined),
    name: inEngine ? `Docker's engine ${version}` : `the builder '${selected.name}'`,
  }
}

const PLUGIN = 'Install the plugin docker-buildx on the runner.'

const ANOTHER = "Set 'builder' to a builder with the driver docker-container, kubernetes or remote."

const NEWER = 'Update the plugin docker-buildx on the runner.'

const NETWORK = "Set 'builder' to a builder that was created with '--driver-opt network=NAME', and remove the option."

type Lack = Pick<Unsupported, 'why' | 'cure'>

/** What `docker build` or buildx on this runner lacks, regardless of its builder. */
function clientLack({ asked, needs }: Feature, found: Found): Lack | undefined {
  const { buildx, buildkit, classic, experimental } = needs
  if (found.by !== 'buildx' && buildx) {
    return { why: `${asked} needs buildx, which this runner does not have.`, cure: PLUGIN }
  }
  if (found.by === 'classic' && buildkit !== undefined) {
    return { why: `${asked} needs BuildKit, which the classic builder is not.`, cure: PLUGIN }
  }
  if (typeof buildx === 'string' && plainVersion(found.buildx) !== undefined && !isAtLeast(found.buildx, buildx)) {
    return { why: `${asked} needs buildx ${buildx}, but this runner has ${found.buildx}.`, cure: NEWER }
  }
  if (found.by !== 'classic' && classic) {
    return {
      why: `${asked} needs the classic builder, because BuildKit does not use networks of the engine.`,
      cure: NETWORK,
    }
  }
  if (found.by !== 'buildx' && experimental && !found.experimental) {
    const why = `${asked} needs experimental features, which are off in ${found.name}.`
    return { why, cure: 'Set \'"experimental": true\' in its daemon.json, or remove the option.' }
  }
  return undefined
}

function builderLack(
  { asked, needs }: Feature,
  { by, inEngine, classicStore, buildkit, name }: Found,
): Lack | undefined {
  const cure = by === 'buildx' ? ANOTHER : PLUGIN
  if (needs.buildkit !== undefined && buildkit !== undefined && !isAtLeast(buildkit, needs.buildkit)) {
    return { why: `${asked} needs BuildKit ${needs.buildkit}, and ${name} has ${buildkit}.`, cure }
  }
  if (needs.index && inEngine && classicStore) {
    const why = `${asked} needs the containerd image store, or a builder outside the engine, but ${name} has the classic store.`
    return { why, cure }
  }
  return undefined
}

/** Why `feature` cannot be provided with the available builder; `undefined` if it can. */
export function unsupported(feature: Feature, found: Found): Unsupported | undefined {
  const client = clientLack(feature, found)
  const lack = client ?? builderLack(feature, found)
  return lack && { feature, ...lack, byBuilder: client === undefined }
}
