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
  /** Name of a builder; without it, the one that buildx takes. */
  readonly builder: string | undefined
  /** Names who named it, as the subject of a sentence. */
  readonly builderFrom?: string
  readonly push: boolean
  /** The image is wanted in the engine as well. */
  readonly load: boolean
  readonly features: readonly Feature[]
}

/** How the image is built. */
export interface BuilderChoice {
  readonly by: Builder
  /** Where the build puts the image; what is in the `engine` is pushed from there. */
  readonly output: BuildOutput
  /** The builder of buildx, by its name; none where it is `docker build` that builds. */
  readonly builder: string | undefined
  /** Why a builder is made for this build alone, which is to be named in `builder`; empty where none is. */
  readonly temporaryReasons: readonly string[]
  /** What is left out. */
  readonly omitted: readonly Feature[]
  readonly notices: readonly string[]
}

/** What was negotiated, and what is done in its place without a builder of the build's own. */
export interface BuilderPlan {
  readonly choice: BuilderChoice
  readonly fallback: (problem: string) => BuilderChoice
}

const sentence = ({ feature, needs }: Unsupported): string => `${feature.asked} needs ${needs}.`

/**
 * Whether a builder of this build's own can be tried. It has a BuildKit of today and no image store, so that nothing but
 * an image that is wanted in the engine alone is beyond it.
 */
const mayMakeBuilder = ({ builder, push, load }: BuildRequirements, { buildx, engine }: Toolset): boolean =>
  builder === undefined && buildx !== undefined && engine.kind === 'engine' && (push || !load)

const OWN_CURE =
  "Let the engine pull and run moby/buildkit:buildx-stable-1, or name a builder that there is with the input 'builder'."

/** The unmet features in one line; `problem` is why a builder of the build's own cannot be made, where that was tried. */
function refusal(unmet: readonly Unsupported[], problem: string | undefined): string {
  const line = [...new Set(unmet.map(sentence))].join(' ')
  if (problem === undefined) return `${line} ${[...new Set(unmet.map(({ cure }) => cure))].join(' ')}`
  return `${line} A builder for this build alone cannot be made: ${problem.replace(/\.?$/, '.')} ${OWN_CURE}`
}

function checkBuilder(
  { builder, builderFrom = "Input 'builder'" }: BuildRequirements,
  { buildx, selected }: Toolset,
): void {
  if (builder === undefined) return
  const named = `${builderFrom} is ${JSON.stringify(builder)}`
  if (buildx === undefined) {
    // Without buildx, nobody reads the variable.
    if (builderFrom.startsWith('The variable')) return
    throw new Failure(
      `${named}, and this runner has no buildx, which alone knows builders. Install the plugin docker-buildx.`,
    )
  }
  if (selected?.problem !== undefined) {
    throw new Failure(
      `${named}, which buildx cannot use: ${selected.problem}. Make it before this step with 'docker buildx create', or leave it out.`,
    )
  }
  if (selected?.driver === 'remote' && !selected.running) {
    throw new Failure(
      `${named}, and its BuildKit does not answer. Look at its endpoint with 'docker buildx inspect ${builder}'.`,
    )
  }
}

/** The builder that buildx takes by itself: the one of 'docker buildx use', or of Docker's context. */
function checkSelected({ builder }: BuildRequirements, { selected }: Toolset): void {
  if (builder !== undefined || selected === undefined) return
  const isDown = selected.driver === 'remote' && !selected.running
  if (selected.problem === undefined && !isDown) return
  const name = selected.name === '' ? '' : ` '${selected.name}'`
  throw new Failure(
    `The builder${name} that buildx takes on this runner cannot be used: ${selected.problem ?? 'its BuildKit does not answer'}. Choose another with 'docker buildx use', or with the input 'builder'.`,
  )
}

/** What has to run here: the engine, where it builds, keeps the image, or runs the builder. */
function checkEngine(needed: boolean, { engine }: Toolset): void {
  if (!needed || engine.kind === 'engine') return
  throw new Failure(
    `Docker's engine does not answer: ${engine.problem} Start it, or put the action docker-ready before this step.`,
  )
}

/** An image that is built to be loaded alone takes a builder's tar archive, in which the classic store takes no index. */
function checkLoad(
  { push, load, features }: BuildRequirements,
  { by, classicStore }: Found,
  { engine }: Toolset,
): void {
  const index = features.find(({ needs }) => needs.indexImage)
  if (push || !load || by !== 'buildx' || !classicStore || index === undefined || !(engine.kind === 'engine')) return
  throw new Failure(
    `${index.asked} makes an image that 'load: true' cannot load: Docker's engine ${engine.version} has the classic image store. Leave 'load' out, or turn on the containerd image store of the engine, in its daemon.json: {"features": {"containerd-snapshotter": true}}`,
  )
}

const CLASSIC = (client: string) =>
  `Docker's client ${client} has no buildx plugin, so the image is built by the classic builder, without BuildKit. Install the plugin docker-buildx on the runner.`

/**
 * Decides how to build with what there is, or with a builder that is made for it where that is needed. What cannot be
 * had is left out with a notice where its feature allows that.
 *
 * @param problem why a builder could not be made, so that it is done without
 * @throws {Failure} that says what would be needed
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
    const temporaryReasons = [...new Set(ownable.map(sentence))]
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
