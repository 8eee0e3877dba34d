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
import { findDocker } from './find-docker.ts'
import { foundIn } from './unsupported.ts'

/** The first buildx whose ignore rules are those of today. */
const RULES_SINCE = '0.10'

/** Some who package buildx leave its version out. */
const isOlder = (buildx: string): boolean => /[1-9]/.test(buildx) && !isAtLeast(buildx, RULES_SINCE)

const DIALECTS: Readonly<Record<Builder, IgnoreDialect>> = {
  buildx: 'buildkit',
  buildkit: 'old-buildkit',
  classic: 'classic',
}

export const dialectOf = (by: Builder): IgnoreDialect => DIALECTS[by]

/** The platforms that are asked for, by whomever. */
export function requestedPlatforms({ build, extraBuildArgs }: Inputs, env: Environment): string[] {
  const given = [...build.platforms, ...platformsOf(extraBuildArgs)]
  const ambient = env['DOCKER_DEFAULT_PLATFORM'] ?? ''
  return given.length > 0 || ambient === '' ? given : [ambient]
}

/** Whether buildx takes another builder than the engine's own: the one that was named, or that was chosen with `use`. */
const hasBuilder = ({ builder }: Inputs, env: Environment): boolean =>
  builder !== undefined || (env['BUILDX_BUILDER'] ?? '') !== '' || chosenBuilder(env) !== ''

/** What is built for where nothing is asked for: the first platform of the first node. */
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
    "Input 'skip_if_exists' is 'inputs', and the builder does not say which platform it builds for. Name it with 'platforms', for example linux/amd64.",
  )
}

/**
 * Finds out who would build. With `platforms` and the plugin buildx in place nothing is asked; else Docker's engine is,
 * and a builder that was named or chosen. The platform may come later.
 */
export async function findMaker(inputs: Inputs, ports: Ports, job: Job) {
  const by = builderOf(await ports.docker.client())
  const isRequested = requestedPlatforms(inputs, job.env).length > 0
  const platform = isRequested ? Promise.resolve(undefined) : lookForPlatform(by, inputs, ports, job)
  // It is awaited when the files were read.
  platform.catch(() => undefined)
  return { by, platform }
}

/**
 * Fails where it is another builder that builds than the one whose view of the content was taken.
 *
 * @param maker nothing without a tag for the content
 */
export function checkMaker(maker: ImageMaker | undefined, toolset: Toolset): void {
  if (maker === undefined) return
  const because = (why: string) => new Failure(`Input 'skip_if_exists' is 'inputs', and ${why}`)
  const { buildx } = toolset
  if (maker.by !== builderOf(toolset)) {
    throw because(
      `the plugin docker-buildx is there and does not run, so that the ${builderOf(toolset)} builder would build, which takes other files. Repair the plugin, or remove it.`,
    )
  }
  if (buildx !== undefined && isOlder(buildx)) {
    throw because(
      `buildx ${buildx} has ignore rules of its own. Update it to ${RULES_SINCE} or newer, or set skip_if_exists: tag.`,
    )
  }
  const platform = ownPlatform(toolset)
  if (maker.platform !== undefined && platform !== undefined && maker.platform !== platform) {
    throw because(
      `the builder builds for ${platform}, where the engine is ${maker.platform}. Name the platform with 'platforms'.`,
    )
  }
}
