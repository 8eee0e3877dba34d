import { type Docker, type Environment, Failure, hiddenPlugin, type Toolset } from '@container-actions/core'
import { featuresOf } from '../inputs/build-features.ts'
import { optionWords, valuesOf } from '../inputs/given-options.ts'
import { optionFeatures } from '../inputs/option-features.ts'
import type { Inputs } from '../inputs.ts'
import { ambientFeatures, ambientNotices, checkAmbient, defaultPlatform } from './ambient-settings.ts'
import { type BuilderPlan, type BuildRequirements, chooseBuilder } from './choose-builder.ts'
import { fittingOptions, optionNotices } from './fitting-options.ts'

/** The requirements of the inputs for a builder. */
function requirementsOf(inputs: Inputs, { engine }: Toolset, env: Environment): BuildRequirements {
  const { build, extraBuildArgs, push, load } = inputs
  const own = engine.kind === 'engine' ? engine.platform : ''
  const features = [
    ...featuresOf(build, own),
    ...optionFeatures(extraBuildArgs, own),
    ...ambientFeatures(defaultPlatform(inputs, env), own),
  ]
  const builder = inputs.builder ?? (env['BUILDX_BUILDER'] || undefined)
  const builderFrom = inputs.builder === undefined ? 'The variable BUILDX_BUILDER' : "Input 'builder'"
  return { builder, builderFrom, push, load, features }
}

/** Docker silently omits an argument whose value would come from an unset variable. */
function argumentNotices({ build, extraBuildArgs }: Inputs, env: Environment): string[] {
  const args = [...build.args, ...valuesOf(extraBuildArgs, 'build-arg')]
  const unset = args.filter((name) => !name.includes('=') && (env[name] === undefined || name.startsWith('INPUT_')))
  return unset.map(
    (name) =>
      `The build does not get the argument ${JSON.stringify(name)}: it has no value, and the variable is not set on the runner.`,
  )
}

/** A plugin without execute permission does not have to be installed. */
function withHidden<T>(hidden: string | undefined, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (hidden === undefined || !(error instanceof Failure)) throw error
    throw new Failure(`${error.message} ${hidden}`, { cause: error })
  }
}

/**
 * Plans how the image is built with the available Docker.
 *
 * @throws {Failure} that says what is needed, or which further option the command does not support
 */
export async function planBuilder(
  inputs: Inputs,
  toolset: Toolset,
  docker: Pick<Docker, 'optionProblem'>,
  env: Environment,
): Promise<BuilderPlan> {
  const requirements = requirementsOf(inputs, toolset, env)
  const hidden = toolset.buildx === undefined ? hiddenPlugin('buildx', env) : undefined
  const choice = withHidden(hidden, () => chooseBuilder(requirements, toolset))
  checkAmbient(env, choice.by)
  const options = fittingOptions(inputs.extraBuildArgs, choice.by)
  const notices = optionNotices(inputs.extraBuildArgs, choice.by, toolset.buildx)
  const ambient = ambientNotices(env, choice.by, defaultPlatform(inputs, env))
  const problem = options.length > 0 ? await docker.optionProblem(optionWords(options), choice.by) : undefined
  if (problem !== undefined) throw new Failure(`Docker does not accept the input 'extra_build_args': ${problem}`)
  return {
    choice: {
      ...choice,
      notices: [
        ...choice.notices,
        ...(hidden === undefined ? [] : [hidden]),
        ...ambient,
        ...notices,
        ...argumentNotices(inputs, env),
      ],
    },
    fallback: (reason) => chooseBuilder(requirements, toolset, reason),
  }
}
