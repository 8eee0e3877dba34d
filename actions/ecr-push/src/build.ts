import {
  type BuildResult,
  type BuildSpec,
  type Docker,
  type Environment,
  Failure,
  type Job,
  pushedDigest,
  type Repository,
} from '@container-actions/core'
import { buildOptionsFor } from './build-command.ts'
import { CACHE_PRESET } from './build-features.ts'
import { checkBuildFiles } from './build-files.ts'
import { lastOf, optionWords, parseOptions } from './given-options.ts'
import type { Inputs } from './inputs.ts'
import { checkLayers } from './layerless.ts'
import type { Negotiated } from './negotiation.ts'
import { runPrebuildScript } from './prebuild-script.ts'
import { isReproducible, NOT_REPRODUCIBLE } from './reproducible.ts'
import { checkWorkspaceFiles } from './workspace-files.ts'

/** Runs the script, where there is one; after it the files of the build have to be there. */
export async function prepareFiles(inputs: Inputs, login: Environment, job: Job): Promise<void> {
  const { prebuildScript } = inputs
  if (prebuildScript === undefined) return
  await job.phase('Run prebuild_script', () => runPrebuildScript(prebuildScript, login, job))
  checkWorkspaceFiles(inputs, job.env)
  checkBuildFiles(inputs)
  if (inputs.push) checkLayers(inputs)
}

/** Options that make a build ignore what the one before it has done. */
const FORGETFUL = ['no-cache', 'no-cache-filter', 'pull']

/** The same build once more: nothing but what the first one did not come to is done again. */
function again(spec: BuildSpec): BuildSpec {
  const { options } = parseOptions(spec.options ?? [])
  return { ...spec, options: optionWords(options.filter(({ name }) => !FORGETFUL.includes(name))) }
}

/** An image that is built, or will be with its push. */
export interface ImageBuild {
  /** Puts the image into the registry, and builds it where that is one; a second call builds nothing anew. */
  readonly push: Docker['push']
  /** What the builder says of the image that was built last. */
  result(): BuildResult
}

/**
 * Builds the image under `reference` into the engine's own store; a builder outside of the engine waits for the push
 * with it, as its image would have to come here first.
 */
export async function buildImage(
  reference: string,
  inputs: Inputs,
  { how, repository, login }: { how: Negotiated; repository: Repository; login: Environment },
  docker: Docker,
  job: Job,
): Promise<ImageBuild> {
  const { by, output, builder } = how
  const cache = how.without.includes(CACHE_PRESET) ? 'none' : inputs.build.cache
  const possible = { ...inputs, build: { ...inputs.build, cache } }
  const options = await buildOptionsFor(reference, possible, { repository, builder: by, login }, docker, job)
  const { path: context, dockerfile, extraBuildArgs } = inputs
  const files = { idFile: lastOf(extraBuildArgs, 'iidfile'), metadataFile: lastOf(extraBuildArgs, 'metadata-file') }
  const rewriteTimes = isReproducible(inputs.build, job.env)
  if (rewriteTimes && output === 'engine' && inputs.push) job.runner.notice(NOT_REPRODUCIBLE)
  let spec: BuildSpec = { context, dockerfile, reference, output, builder, options, rewriteTimes, ...files }
  let result: BuildResult = { imageId: '', metadata: '' }
  const build = async (env: Environment) => {
    result = await docker.build(spec, by, env)
  }
  if (output !== 'registry') await build(login)
  return {
    result: () => result,
    async push(target, env) {
      if (output !== 'registry') return docker.push(target, env)
      try {
        await build(env)
      } finally {
        spec = again(spec)
      }
      const digest = pushedDigest(result)
      if (digest === undefined) throw new Failure(`The builder pushed ${target} and named no digest.`)
      return digest
    },
  }
}
