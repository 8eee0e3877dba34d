import {
  type Builder,
  builderOf,
  chosenBuilder,
  type Environment,
  Failure,
  isAtLeast,
  type Job,
  type Toolset,
} from '@container-actions/core'
import type { IgnoreDialect } from '../context/ignore-rules.ts'
import { platformsOf } from '../inputs/option-features.ts'
import type { ImageMaker } from '../inputs/tags.ts'
import type { Inputs } from '../inputs.ts'
import type { Ports } from '../ports.ts'
import { demandClient, findDocker } from './find-docker.ts'
import { foundIn } from './unsupported.ts'

/** The first buildx version with the current ignore rules. */
const RULES_SINCE = '0.10'

/** Some packages of buildx omit its version. */
const isOlder = (buildx: string): boolean => /[1-9]/.test(buildx) && !isAtLeast(buildx, RULES_SINCE)

const DIALECTS: Readonly<Record<Builder, IgnoreDialect>> = {
  buildx: 'buildkit',
  buildkit: 'old-buildkit',
  classic: 'classic',
}

export const dialectOf = (by: Builder): IgnoreDialect => DIALECTS[by]

/** The requested platforms, from any source. */
export function requestedPlatforms({ build, extraBuildArgs }: Inputs, env: Environment): string[] {
  const given = [...build.platforms, ...platformsOf(extraBuildArgs)]
  const ambient = env['DOCKER_DEFAULT_PLATFORM'] ?? ''
  return given.length > 0 || ambient === '' ? given : [ambient]
}

/** Whether buildx uses a builder other than the engine's own: a configured one, or one selected with `use`. */
const hasBuilder = ({ builder }: Inputs, env: Environment): boolean =>
  builder !== undefined || (env['BUILDX_BUILDER'] ?? '') !== '' || chosenBuilder(env) !== ''

/** The default platform: the first one of the first node. */
function ownPlatform(toolset: Toolset): string | undefined {
  const { engine, selected } = toolset
  const { inEngine, usesEngine } = foundIn(toolset)
  const engines = engine.kind === 'engine' ? engine.platform : undefined
  return inEngine ? engines : (selected?.platforms[0] ?? (usesEngine ? engines : undefined))
}

async function lookForPlatform(by: Builder, inputs: Inputs, ports: Ports, job: Job): Promise<string> {
  const named = by === 'buildx' && hasBuilder(inputs, job.env)
  const platform =
    (named ? undefined : await ports.platform(inputs.waitForDocker)) ??
    ownPlatform(await findDocker(inputs, ports, job.signal))
  if (platform !== undefined) return platform
  throw new Failure(
    "Input 'skip_if_exists' is 'inputs', but the builder does not report its platform. Set 'platforms', for example linux/amd64.",
  )
}

/**
 * Determines the builder. With `platforms` and the buildx plugin in place, nothing is queried; otherwise the Docker
 * engine is, and a configured or selected builder. The platform may be determined later.
 */
export async function findMaker(inputs: Inputs, ports: Ports, job: Job) {
  demandClient(ports.docker)
  const by = builderOf(await ports.docker.client())
  const isRequested = requestedPlatforms(inputs, job.env).length > 0
  const platform = isRequested ? Promise.resolve(undefined) : lookForPlatform(by, inputs, ports, job)
  // It is awaited once the files have been read.
  platform.catch(() => undefined)
  return { by, platform }
}

/**
 * Fails if a different builder builds than the one assumed for the content tag.
 *
 * @param maker absent if there is no content tag
 */
export function checkMaker(maker: ImageMaker | undefined, toolset: Toolset): void {
  if (maker === undefined) return
  const because = (why: string) => new Failure(`Input 'skip_if_exists' is 'inputs', and ${why}`)
  const { buildx } = toolset
  if (maker.by !== builderOf(toolset)) {
    throw because(
      `the plugin docker-buildx is installed but does not run, so the ${builderOf(toolset)} builder would build, which includes other files. Repair the plugin, or remove it.`,
    )
  }
  if (buildx !== undefined && isOlder(buildx)) {
    throw because(
      `buildx ${buildx} has different ignore rules. Update it to ${RULES_SINCE} or newer, or set skip_if_exists: tag.`,
    )
  }
  const platform = ownPlatform(toolset)
  if (maker.platform !== undefined && platform !== undefined && maker.platform !== platform) {
    throw because(
      `the builder builds for ${platform}, but the engine is ${maker.platform}. Set the platform with 'platforms'.`,
    )
  }
}
