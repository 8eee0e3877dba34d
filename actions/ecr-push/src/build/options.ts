import type { Builder, Docker, Environment, Job, Repository } from '@container-actions/core'
import { fittingOptions } from '../builder/fitting-options.ts'
import { isReproducible } from '../content/reproducible.ts'
import { buildxSources, type CacheSource, cacheImages, cacheOptions } from '../inputs/caches.ts'
import { optionWords } from '../inputs/given-options.ts'
import { secretArguments } from '../inputs/secrets.ts'
import type { Inputs } from '../inputs.ts'
import { commitTime } from '../tags/commit-time.ts'
import { eventLabels, sourceDate, withEventLabels } from '../tags/image-labels.ts'
import { buildArguments } from './arguments.ts'
import { cachePreset, cacheTarget } from './registry-cache.ts'

/** What the options depend on other than the inputs. */
export interface BuildTarget {
  readonly repository: Repository
  readonly builder: Builder
  /** The environment variables of Docker's login. */
  readonly login: Environment
}

/** The cache sources that `builder` can read; the classic one knows only images in the engine. */
async function readable(
  sources: readonly CacheSource[],
  { builder, login }: BuildTarget,
  docker: Docker,
  job: Job,
): Promise<readonly CacheSource[]> {
  if (builder === 'buildx') return sources
  for (const spec of buildxSources(sources)) {
    job.runner.notice(`The cache ${spec} is ignored: only buildx can read it. Install the plugin docker-buildx.`)
  }
  const found = []
  for (const image of cacheImages(sources)) {
    const problem = builder === 'classic' ? await docker.pull(image, login) : undefined
    if (problem === undefined) found.push({ kind: 'image', image } as const)
    else job.runner.info(`The build runs without the cache ${image}: ${problem}`)
  }
  return found
}

async function cacheArguments(inputs: Inputs, target: BuildTarget, docker: Docker, job: Job): Promise<string[]> {
  const { cache, cacheTo } = inputs.build
  const sources = await readable(inputs.cacheFrom, target, docker, job)
  if (cache === 'none' || target.builder !== 'buildx') return cacheOptions(sources, cacheTo, target.builder)
  const { from, to, notice } = cachePreset(target.repository, job.event)
  if (notice !== undefined) job.runner.notice(notice)
  const preset = from.map((reference) => ({ kind: 'spec', spec: `type=registry,ref=${reference}` }) as const)
  const targets = to === undefined ? cacheTo : [cacheTarget(to), ...cacheTo]
  return cacheOptions([...preset, ...sources], targets, target.builder)
}

async function labelsFor(reference: string, { build }: Inputs, job: Job): Promise<string[]> {
  if (!build.autoLabels) return [...build.labels]
  const version = reference.slice(reference.lastIndexOf(':') + 1)
  const created = sourceDate(job.env) ?? (await commitTime(job)) ?? new Date()
  return withEventLabels(build.labels, eventLabels(job.event, { version, created }))
}

/** URL of the run attempt on GitHub. */
function runUrl({ event, env }: Job): string | undefined {
  const { serverUrl, repository, runId } = event
  if (serverUrl === '' || repository === '' || runId === '') return undefined
  return `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${env['GITHUB_RUN_ATTEMPT'] || '1'}`
}

/** All options for the build of `reference`; secret values are then in files of the step. */
export async function buildOptionsFor(
  reference: string,
  inputs: Inputs,
  target: BuildTarget,
  docker: Docker,
  job: Job,
): Promise<string[]> {
  const secrets = secretArguments(inputs.build.secrets, job)
  const cache = await cacheArguments(inputs, target, docker, job)
  const build = {
    ...inputs.build,
    labels: await labelsFor(reference, inputs, job),
    // It contains the time of the build.
    provenance: inputs.build.provenance ?? (isReproducible(inputs.build, job.env) ? 'false' : undefined),
  }
  const further = fittingOptions(inputs.extraBuildArgs, target.builder)
  return [...buildArguments(build, target.builder, runUrl(job)), ...secrets, ...cache, ...optionWords(further)]
}
