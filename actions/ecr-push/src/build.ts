import type { Docker, DockerVersions, Environment, Job } from '@container-actions/core'
import { checkBuildFiles } from './build-files.ts'
import { buildArguments } from './build-options.ts'
import { buildxSources, cacheImages, cacheOptions } from './cache-source.ts'
import { creationTime, eventLabels, withEventLabels } from './image-labels.ts'
import type { Inputs } from './inputs.ts'
import { runPrebuildScript } from './prebuild-script.ts'

/** The options that the cache's sources become; the classic builder only knows images that the engine has. */
async function cacheFor(
  { cacheFrom }: Inputs,
  { builder }: DockerVersions,
  login: Environment,
  docker: Docker,
  job: Job,
): Promise<string[]> {
  if (builder === 'buildx') return cacheOptions(cacheFrom, builder)
  for (const spec of buildxSources(cacheFrom)) {
    job.runner.notice(`The cache ${spec} is left out: only buildx can read it. Install the plugin docker-buildx.`)
  }
  const found = []
  for (const image of cacheImages(cacheFrom)) {
    const problem = builder === 'classic' ? await docker.pull(image, login) : undefined
    if (problem === undefined) found.push({ image })
    else job.runner.info(`The build does without the cache ${image}: ${problem}`)
  }
  return cacheOptions(found, builder)
}

function labelsFor(reference: string, { build }: Inputs, { event, env }: Job): string[] {
  const version = reference.slice(reference.lastIndexOf(':') + 1)
  return withEventLabels(build.labels, eventLabels(event, { version, created: creationTime(env['SOURCE_DATE_EPOCH']) }))
}

/** Runs the script, where there is one, and builds the image under `reference` into the engine's own store. */
export async function buildImage(
  reference: string,
  inputs: Inputs,
  { versions, login }: { versions: DockerVersions; login: Environment },
  docker: Docker,
  job: Job,
): Promise<void> {
  const { prebuildScript } = inputs
  if (prebuildScript !== undefined) {
    await job.phase('Run prebuild_script', () => runPrebuildScript(prebuildScript, login, job))
    checkBuildFiles(inputs)
  }
  await job.phase(`Build ${reference}`, async () => {
    const cache = await cacheFor(inputs, versions, login, docker, job)
    const build = { ...inputs.build, labels: labelsFor(reference, inputs, job) }
    const options = [...buildArguments(build, versions.builder), ...cache, ...inputs.extraBuildArgs]
    await docker.build(
      { context: inputs.path, dockerfile: inputs.dockerfile, reference, options },
      versions.builder,
      login,
    )
  })
}
