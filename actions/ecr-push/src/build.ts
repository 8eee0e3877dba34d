import type { Docker, DockerVersions, Environment, Job, Repository } from '@container-actions/core'
import { buildOptionsFor } from './build-command.ts'
import { checkBuildFiles } from './build-files.ts'
import type { Inputs } from './inputs.ts'
import { runPrebuildScript } from './prebuild-script.ts'

/** Runs the script, where there is one, and builds the image under `reference` into the engine's own store. */
export async function buildImage(
  reference: string,
  inputs: Inputs,
  { versions, repository, login }: { versions: DockerVersions; repository: Repository; login: Environment },
  docker: Docker,
  job: Job,
): Promise<void> {
  const { prebuildScript, path: context, dockerfile } = inputs
  if (prebuildScript !== undefined) {
    await job.phase('Run prebuild_script', () => runPrebuildScript(prebuildScript, login, job))
    checkBuildFiles(inputs)
  }
  await job.phase(`Build ${reference}`, async () => {
    const { builder } = versions
    const options = await buildOptionsFor(reference, inputs, { repository, builder, login }, docker, job)
    await docker.build({ context, dockerfile, reference, options }, builder, login)
  })
}
