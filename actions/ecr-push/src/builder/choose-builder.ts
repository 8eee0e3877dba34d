import {
  type Builder,
  type BuildOutput,
  builderOf,
  engineBuilderPushes,
  Failure,
  type Toolset,
} from '@container-actions/core'
import type { Feature } from '../inputs/build-features.ts'
import { type Found, foundIn, type Unsupported, unsupported } from './unsupported.ts'

export interface BuildRequirements {
  /** Name of a builder; if absent, buildx selects one. */
  readonly builder: string | undefined
  /** Where the name was configured, as the subject of a sentence. */
  readonly builderFrom?: string
  readonly push: boolean
  /** The image is also needed in the engine. */
  readonly load: boolean
  readonly features: readonly Feature[]
}

/** How the image is built. */
export interface BuilderChoice {
  readonly by: Builder
  /** Destination of the build; an image in the `engine` is pushed from there. */
  readonly output: BuildOutput
  /** Name of the buildx builder; none for `docker build`. */
  readonly builder: string | undefined
  /** Why a temporary builder, whose name goes into `builder`, is created; empty if there is none. */
  readonly temporaryReasons: readonly string[]
  /** Features that are left out. */
  readonly omitted: readonly Feature[]
  readonly notices: readonly string[]
}

/** The chosen builder, and the fallback if a temporary builder cannot be created. */
export interface BuilderPlan {
  readonly choice: BuilderChoice
  readonly fallback: (problem: string) => BuilderChoice
}

/**
 * Whether a temporary builder can be tried. It has a current BuildKit and no image store, so the only thing it cannot
 * do is to provide an image only in the engine.
 */
const mayMakeBuilder = ({ builder, push, load }: BuildRequirements, { buildx, engine }: Toolset): boolean =>
  builder === undefined && buildx !== undefined && engine.kind === 'engine' && (push || !load)

const OWN_CURE =
  "Let the engine pull and run moby/buildkit:buildx-stable-1, or select an existing builder with the input 'builder'."

/**
 * The unsupported features in one line; `problem` says why a temporary builder cannot be created, if that was tried.
 */
function refusal(unmet: readonly Unsupported[], problem: string | undefined): string {
  const line = [...new Set(unmet.map(({ why }) => why))].join(' ')
  if (problem === undefined) return `${line} ${[...new Set(unmet.map(({ cure }) => cure))].join(' ')}`
  return `${line} A temporary builder cannot be created: ${problem.replace(/\.?$/, '.')} ${OWN_CURE}`
}

function checkBuilder(
  { builder, builderFrom = "Input 'builder'" }: BuildRequirements,
  { buildx, selected }: Toolset,
): void {
  if (builder === undefined) return
  const named = `${builderFrom} is ${JSON.stringify(builder)}`
  if (buildx === undefined) {
    // Without buildx, the variable has no effect.
    if (builderFrom.startsWith('The variable')) return
    throw new Failure(
      `${named}, but this runner has no buildx, which is required for builders. Install the plugin docker-buildx.`,
    )
  }
  if (selected?.problem !== undefined) {
    throw new Failure(
      `${named}, which buildx cannot use: ${selected.problem}. Create it before this step with 'docker buildx create', or remove the name.`,
    )
  }
  if (selected?.driver === 'remote' && !selected.running) {
    throw new Failure(
      `${named}, but its BuildKit does not respond. Check its endpoint with 'docker buildx inspect ${builder}'.`,
    )
  }
}

/** The builder that buildx selects by default: from `docker buildx use`, or from Docker's context. */
function checkSelected({ builder }: BuildRequirements, { selected }: Toolset): void {
  if (builder !== undefined || selected === undefined) return
  const isDown = selected.driver === 'remote' && !selected.running
  if (selected.problem === undefined && !isDown) return
  const name = selected.name === '' ? '' : ` '${selected.name}'`
  throw new Failure(
    `The builder${name} that buildx selects on this runner cannot be used: ${selected.problem ?? 'its BuildKit does not answer'}. Choose another with 'docker buildx use', or with the input 'builder'.`,
  )
}

/** The engine must be running if it builds, stores the image, or runs the builder. */
function checkEngine(needed: boolean, { engine }: Toolset): void {
  if (!needed || engine.kind === 'engine') return
  throw new Failure(
    `Docker's engine does not answer: ${engine.problem} Start it, or put the action docker-ready before this step.`,
  )
}

/**
 * An image that is built only to be loaded uses the builder's tar archive, which the classic store accepts only without
 * an index.
 */
function checkLoad(
  { push, load, features }: BuildRequirements,
  { by, classicStore }: Found,
  { engine }: Toolset,
): void {
  const index = features.find(({ needs }) => needs.indexImage)
  if (push || !load || by !== 'buildx' || !classicStore || index === undefined || !(engine.kind === 'engine')) return
  throw new Failure(
    `${index.asked} makes an image that 'load: true' cannot load: Docker's engine ${engine.version} has the classic image store. Remove 'load', or enable the containerd image store of the engine, in its daemon.json: {"features": {"containerd-snapshotter": true}}`,
  )
}

const CLASSIC = (client: string) =>
  `Docker's client ${client} has no buildx plugin, so the image is built by the classic builder, without BuildKit. Install the plugin docker-buildx on the runner.`

/**
 * Decides how to build: with the available builder, or with a temporary one if necessary. Unsupported optional features
 * are left out with a notice.
 *
 * @param problem why a temporary builder could not be created, to choose without it
 * @throws {Failure} that says what is needed
 */
export function chooseBuilder(requirements: BuildRequirements, toolset: Toolset, problem?: string): BuilderChoice {
  checkBuilder(requirements, toolset)
  const by = builderOf(toolset)
  const found = foundIn(toolset)
  checkEngine(found.usesEngine || requirements.load, toolset)
  checkLoad(requirements, found, toolset)
  const unmet = requirements.features.flatMap((feature) => unsupported(feature, found) ?? [])
  const required = unmet.filter(({ feature }) => !feature.optional)
  const ownable = unmet.filter(({ byBuilder }) => byBuilder)
  const mayHelp = ownable.length > 0 && required.every(({ byBuilder }) => byBuilder)
  if (mayHelp && problem === undefined && mayMakeBuilder(requirements, toolset)) {
    const temporaryReasons = [...new Set(ownable.map(({ why }) => why))]
    return { by, output: outputOf(requirements), builder: undefined, temporaryReasons, omitted: [], notices: [] }
  }
  if (required.length > 0) throw new Failure(refusal(required, problem))
  checkSelected(requirements, toolset)
  return {
    by,
    output: found.inEngine && !(requirements.push && engineBuilderPushes(toolset)) ? 'engine' : outputOf(requirements),
    builder: toolset.selected?.name || undefined,
    temporaryReasons: [],
    omitted: unmet.map(({ feature }) => feature),
    notices: [
      ...(by === 'classic' ? [CLASSIC(toolset.client)] : []),
      ...unmet.map((each) => `Left out: ${refusal([each], problem)}`),
    ],
  }
}

function outputOf({ push, load }: BuildRequirements): BuildOutput {
  if (push) return 'registry'
  return load ? 'engine' : 'none'
}
