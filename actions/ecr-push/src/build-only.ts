import { checkLogin, childLogin, isolatedLogin, type Job } from '@container-actions/core'
import { negotiationFor } from './asked.ts'
import { buildImage, prepareFiles } from './build.ts'
import { checkBuildFiles } from './build-files.ts'
import { findDocker } from './docker-found.ts'
import type { Inputs } from './inputs.ts'
import type { Outputs, Ports } from './main.ts'
import { builtSummaryOf } from './summary.ts'
import { tellDocker } from './toolset-line.ts'
import { unreadRepository } from './unread-repository.ts'
import { withBuilder } from './with-builder.ts'

const REASON = "'push' is false"

const NO_CACHE = "Left out: the input 'cache' is in the registry, and 'push' is false."

/** What there is of Docker, and the registries that base images may come from. */
async function look(inputs: Inputs, ports: Ports, job: Job) {
  if (inputs.prebuildScript === undefined) checkBuildFiles(inputs)
  const toolset = await findDocker(inputs, ports, job.signal)
  const negotiation = await negotiationFor(inputs, toolset, ports.docker, job.env)
  tellDocker(toolset, negotiation.how, job.runner)
  const login = isolatedLogin(job.temporaryFolder('ecr-push'), job.env)
  const others = await Promise.all(inputs.registryIds.map((account) => ports.registry(account)))
  if (others.length > 0) await checkLogin(login, job)
  login.set(new Map(others.map((other) => [other.registry, other])))
  return { ...negotiation, login: childLogin(login, job.env, job.runner.info) }
}

/**
 * Builds the image under `repo:tag`, and leaves it where it is: for pull requests of forks, which have no credentials.
 * AWS is only asked for the registries that the build reads from.
 */
export async function buildOnly(given: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  if (given.build.cache !== 'none') job.runner.notice(NO_CACHE)
  const inputs: Inputs = { ...given, build: { ...given.build, cache: 'none' } }
  const { login, ...negotiation } = await job.phase('Check Docker', () => look(inputs, ports, job))
  const [tag] = inputs.tags
  const reference = `${inputs.repo}:${tag}`
  const repository = unreadRepository(inputs.repo, { registry: '', arn: '', registryId: '' })
  const image = await withBuilder(negotiation, repository, ports.docker, job, async (how) => {
    await prepareFiles(inputs, login, job)
    const place = { how, repository, login }
    return job.phase(`Build ${reference}`, () => buildImage(reference, inputs, place, ports.docker, job))
  })
  const { imageId, metadata } = image.result()
  job.runner.info(`Built ${reference}, and pushed nothing, because ${REASON}`)
  const built = { repository: inputs.repo, reference, imageId, reason: REASON, phases: job.phases }
  await job.runner.summary(builtSummaryOf(built))
  return {
    ...{ image: '', images: '', digest: '', image_digest_ref: '', repository_uri: '', registry: '', registry_id: '' },
    tags: inputs.tags.join(','),
    tag,
    imageid: imageId,
    metadata,
    size_bytes: '',
    repository: inputs.repo,
    pushed: false,
    skipped: false,
    reason: REASON,
  }
}
