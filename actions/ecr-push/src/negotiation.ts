import { type Builder, type BuildOutput, builderOf, Failure, type Toolset } from '@container-actions/core'
import type { Feature } from './build-features.ts'
import { foundIn, type Obstacle, obstacleOf } from './obstacle.ts'

export interface Asked {
  /** Name of a builder; without it, the one that buildx takes. */
  readonly builder: string | undefined
  readonly push: boolean
  /** The image is wanted in the engine as well. */
  readonly load: boolean
  readonly features: readonly Feature[]
}

/** How the image is built. */
export interface Negotiated {
  readonly by: Builder
  /** Where the build puts the image; what is in the `engine` is pushed from there. */
  readonly output: BuildOutput
  /** The builder of buildx, by its name; none where it is `docker build` that builds. */
  readonly builder: string | undefined
  /** What is left out. */
  readonly without: readonly Feature[]
  readonly notices: readonly string[]
}

const sentence = ({ feature, needs, cure }: Obstacle): string => `${feature.asked} needs ${needs}. ${cure}`

function checkBuilder({ builder }: Asked, { buildx, selected }: Toolset): void {
  if (builder === undefined) return
  if (buildx === undefined) {
    throw new Failure(
      `Input 'builder' is ${JSON.stringify(builder)}, and this runner has no buildx, which alone knows builders. Install the plugin docker-buildx.`,
    )
  }
  if (selected?.problem !== undefined) {
    throw new Failure(
      `Input 'builder' is ${JSON.stringify(builder)}, which buildx cannot use: ${selected.problem}. Make it before this step with 'docker buildx create', or leave 'builder' out.`,
    )
  }
  if (selected?.driver === 'remote' && !selected.running) {
    throw new Failure(
      `Input 'builder' is ${JSON.stringify(builder)}, and its BuildKit does not answer. Look at its endpoint with 'docker buildx inspect ${builder}'.`,
    )
  }
}

/** What has to run here: the engine, where it builds, keeps the image, or runs the builder. */
function checkEngine(needed: boolean, { engine }: Toolset): void {
  if (!needed || 'version' in engine) return
  throw new Failure(
    `Docker's engine does not answer: ${engine.problem} Start it, or put the action docker-ready before this step.`,
  )
}

const CLASSIC = (client: string) =>
  `Docker's client ${client} has no buildx plugin, so the image is built by the classic builder, without BuildKit. Install the plugin docker-buildx on the runner.`

/**
 * Decides how to build with what there is. What cannot be had is left out with a notice where its feature allows that.
 *
 * @throws {Failure} that says what would be needed
 */
export function negotiate(asked: Asked, toolset: Toolset): Negotiated {
  checkBuilder(asked, toolset)
  const by = builderOf(toolset)
  const found = foundIn(toolset)
  checkEngine(found.usesEngine || asked.load, toolset)
  const obstacles = asked.features.flatMap((feature) => obstacleOf(feature, found) ?? [])
  const refused = obstacles.find(({ feature }) => !feature.optional)
  if (refused !== undefined) throw new Failure(sentence(refused))
  return {
    by,
    output: found.inEngine ? 'engine' : outputOf(asked),
    builder: toolset.selected?.name || undefined,
    without: obstacles.map(({ feature }) => feature),
    notices: [
      ...(by === 'classic' ? [CLASSIC(toolset.client)] : []),
      ...obstacles.map((each) => `Left out: ${sentence(each)}`),
    ],
  }
}

function outputOf({ push, load }: Asked): BuildOutput {
  if (push) return 'registry'
  return load ? 'engine' : 'none'
}
