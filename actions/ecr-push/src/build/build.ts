import { writeFileSync } from 'node:fs'
import {
  type BuildResult,
  type BuildSpec,
  type Docker,
  type Environment,
  Failure,
  imageConfigDigest,
  type Job,
  type Manifest,
  pushedDigest,
  type Repository,
  tryOrUndefined,
} from '@container-actions/core'
import type { BuilderChoice } from '../builder/choose-builder.ts'
import type { EngineNames } from '../builder/engine-names.ts'
import { checkLayers } from '../builder/layerless.ts'
import { checkNamedSources } from '../content/named-sources.ts'
import { checkNamedFiles, checkReadable } from '../content/readable-files.ts'
import { isReproducible, NOT_REPRODUCIBLE } from '../content/reproducible.ts'
import { checkWorkspaceFiles } from '../content/workspace-files.ts'
import { CACHE_PRESET } from '../inputs/build-features.ts'
import { checkBuildFiles } from '../inputs/build-files.ts'
import { lastOf, optionWords, parseOptions } from '../inputs/given-options.ts'
import { runPrebuildScript } from '../inputs/prebuild-script.ts'
import type { Inputs } from '../inputs.ts'
import { buildOptionsFor } from './options.ts'

/** Runs the script, if any; after it, the files of the build must exist. */
export async function prepareFiles(
  inputs: Inputs,
  login: Environment,
  docker: Pick<Docker, 'client'>,
  job: Job,
): Promise<void> {
  const { prebuildScript } = inputs
  if (prebuildScript === undefined) return
  await job.phase('Run prebuild_script', () => runPrebuildScript(prebuildScript, login, job))
  checkWorkspaceFiles(inputs, job.env)
  checkNamedFiles(inputs)
  checkNamedSources(inputs, job.env)
  checkBuildFiles(inputs)
  if (inputs.push) checkLayers(inputs)
  await checkReadable(inputs, docker.client(), job)
}

/** Options that make a build ignore the previous one. */
const FORGETFUL = ['no-cache', 'no-cache-filter', 'pull']

/** The same build again, without repeating anything that the first one completed. */
function again(spec: BuildSpec): BuildSpec {
  const { options } = parseOptions(spec.options ?? [])
  return { ...spec, options: optionWords(options.filter(({ name }) => !FORGETFUL.includes(name))) }
}

/** An image that has been built, or will be with its push. */
export interface ImageBuild {
  /** Selects the reference to push: the one for which jobs on the same engine conflict least. */
  choose(references: readonly [string, ...string[]]): Promise<string>
  /** Pushes the image, and builds it if the builder pushes by itself; a second call does not rebuild anything. */
  readonly push: Docker['push']
  /** Whether a manifest in the registry belongs to the image that was built here. */
  isBuilt(manifest: Manifest): boolean
  /** The builder's result for the last image that it built. */
  result(): BuildResult
}

/** What a build depends on other than the inputs. */
export interface BuildSite {
  readonly choice: BuilderChoice
  readonly repository: Repository
  readonly login: Environment
  readonly names: EngineNames
}

/** The build specification of the image that `reference` names. */
async function specOf(
  reference: string,
  inputs: Inputs,
  site: BuildSite,
  docker: Docker,
  job: Job,
): Promise<BuildSpec> {
  const { choice, repository, login } = site
  const cache = choice.omitted.includes(CACHE_PRESET) ? 'none' : inputs.build.cache
  const possible = { ...inputs, build: { ...inputs.build, cache } }
  const options = await buildOptionsFor(reference, possible, { repository, builder: choice.by, login }, docker, job)
  const { path: context, dockerfile, extraBuildArgs } = inputs
  const files = { idFile: lastOf(extraBuildArgs, 'iidfile'), metadataFile: lastOf(extraBuildArgs, 'metadata-file') }
  const rewriteTimes = isReproducible(inputs.build, job.env)
  if (rewriteTimes && choice.output === 'engine' && inputs.push) job.runner.notice(NOT_REPRODUCIBLE)
  return {
    context,
    dockerfile,
    reference,
    output: choice.output,
    builder: choice.builder,
    options,
    rewriteTimes,
    ...files,
  }
}

/** A builder that pushes during the build reports the digest of what it pushed, which no other job can replace. */
function pushedBuild(first: BuildSpec, { choice }: BuildSite, docker: Docker): ImageBuild {
  let spec = first
  let result: BuildResult = { imageId: '', metadata: '' }
  return {
    choose: async ([reference]) => reference,
    async push(reference, env) {
      try {
        result = await docker.build({ ...spec, reference }, choice.by, env)
      } finally {
        spec = again(spec)
      }
      const digest = pushedDigest(result)
      if (digest === undefined) throw new Failure(`The builder pushed ${reference} but reported no digest.`)
      return digest
    },
    isBuilt: ({ digest }) => digest === pushedDigest(result),
    result: () => result,
  }
}

/** buildx's result, with the final reference instead of the name that the image was built under. */
function withReference({ imageId, metadata }: BuildResult, reference: string): BuildResult {
  const told: Record<string, unknown> = Object(tryOrUndefined(() => JSON.parse(metadata)))
  if (!('image.name' in told)) return { imageId, metadata }
  return { imageId, metadata: JSON.stringify({ ...told, 'image.name': reference }, null, 2) }
}

/**
 * An image in the engine, which is pushed by name. Any job on the engine can move that name, so only the content shows
 * what was pushed: the ID of an image is the digest of its configuration or, in containerd's image store, the digest of
 * its manifest.
 */
async function engineBuild(spec: BuildSpec, { choice, login, names }: BuildSite, docker: Docker): Promise<ImageBuild> {
  names.expect()
  const result = withReference(await docker.build({ ...spec, reference: names.own }, choice.by, login), spec.reference)
  // The user's metadata file has the same content as the output.
  if (spec.metadataFile !== undefined && result.metadata !== '') writeFileSync(spec.metadataFile, result.metadata)
  const id = await names.built()
  return {
    choose: names.free,
    async push(reference, env) {
      await names.point(reference)
      return docker.push(reference, env)
    },
    isBuilt: (manifest) => [manifest.digest, imageConfigDigest(manifest)].includes(id),
    result: () => result,
  }
}

/** Builds the image that `reference` names; a builder that pushes by itself builds only with the push. */
export async function buildImage(
  reference: string,
  inputs: Inputs,
  site: BuildSite,
  docker: Docker,
  job: Job,
): Promise<ImageBuild> {
  const spec = await specOf(reference, inputs, site, docker, job)
  return site.choice.output === 'registry' ? pushedBuild(spec, site, docker) : engineBuild(spec, site, docker)
}

/** Builds the image without a push. */
export async function buildAlone(
  reference: string,
  inputs: Inputs,
  site: BuildSite,
  docker: Docker,
  job: Job,
): Promise<BuildResult> {
  const spec = await specOf(reference, inputs, site, docker, job)
  if (site.choice.output === 'none') return docker.build(spec, site.choice.by, site.login)
  return (await engineBuild(spec, site, docker)).result()
}
