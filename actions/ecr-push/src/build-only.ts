import { checkLogin, childLogin, isolatedDockerConfig, type Job } from '@container-actions/core'
import { buildAlone, prepareFiles } from './build/build.ts'
import { withEngineNames } from './builder/engine-names.ts'
import { withBuilder } from './builder/with-builder.ts'
import { checkDocker } from './check-docker.ts'
import type { Inputs } from './inputs.ts'
import { type Outputs, outputsFor } from './outputs.ts'
import type { Ports } from './ports.ts'
import { builtSummaryOf } from './report/summary.ts'
import { assumedRepository } from './repository/assumed-repository.ts'

const REASON = "'push' is false"

const NOT_KEPT = "The engine does not keep it, because 'load' is false."

const NO_CACHE = "The input 'cache' is ignored: it needs the registry, and 'push' is false."

type Look = Awaited<ReturnType<typeof look>>

/** Finds Docker, and logs in to the registries that base images may come from. */
async function look(inputs: Inputs, ports: Ports, job: Job) {
  const builderPlan = await checkDocker(inputs, ports, job).chooseBuilder()
  const login = isolatedDockerConfig(job.temporaryFolder('ecr-push'), job.env)
  const others = await Promise.all(inputs.registryIds.map((account) => ports.registry(account)))
  if (others.length > 0) await checkLogin(login, job)
  login.store(new Map(others.map((other) => [other.registry, other])))
  return { ...builderPlan, login: childLogin(login, job.env, job.runner.info) }
}

/** The references of the image in the engine after the step. */
async function build(inputs: Inputs, { login, ...builderPlan }: Look, ports: Ports, job: Job) {
  const references = inputs.tags.map((tag) => `${inputs.repo}:${tag}`)
  const [reference = inputs.repo] = references
  const repository = assumedRepository(inputs.repo, { registry: '', arn: '', registryId: '' })
  return withBuilder(builderPlan, repository, ports.docker, job, (choice) =>
    withEngineNames(ports.images, job, async (names) => {
      await prepareFiles(inputs, login, ports.docker, job)
      const site = { choice, repository, login, names }
      const result = await job.phase(`Build ${reference}`, () => buildAlone(reference, inputs, site, ports.docker, job))
      if (inputs.load) await names.keep(names.own, references)
      return { result, references: inputs.load ? references : [] }
    }),
  )
}

/**
 * Builds the image and, with `load`, keeps it in the engine as `repo:tag`: for pull requests from forks, which have no
 * credentials. AWS is called only for the registries that the build reads from.
 */
export async function buildOnly(given: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  if (given.build.cache !== 'none') job.runner.notice(NO_CACHE)
  const inputs: Inputs = { ...given, build: { ...given.build, cache: 'none' } }
  const found = await job.phase('Check Docker', () => look(inputs, ports, job))
  const { result, references } = await build(inputs, found, ports, job)
  const tags = inputs.load ? inputs.tags : []
  const where = inputs.load ? `The engine has it as ${references.join(', ')}.` : NOT_KEPT
  job.runner.info(`Built ${inputs.repo}, and pushed nothing, because ${REASON}. ${where}`)
  const { imageId, metadata } = result
  await job.runner.summary(
    builtSummaryOf({ repository: inputs.repo, references, imageId, reason: REASON, phases: job.phases }),
  )
  return outputsFor({ name: inputs.repo, uri: '', registry: '', registryId: '' }, tags, {
    imageid: imageId,
    metadata,
    reason: REASON,
  })
}
