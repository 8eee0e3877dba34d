import {
  awsErrorName,
  checkReferenceLength,
  type Job,
  locationFor,
  missingRepository,
  type RegistryLocation,
  type Repository,
  reason,
  repositoryArn,
} from '@container-actions/core'
import { checkDocker, type DockerCheck } from '../check-docker.ts'
import { missingImage } from '../inputs/retag-source.ts'
import type { Inputs } from '../inputs.ts'
import { type Outputs, outputsFor } from '../outputs.ts'
import type { Ports } from '../ports.ts'
import { previewSummary } from '../report/preview-summary.ts'
import { assumedRepository } from '../repository/assumed-repository.ts'
import { policyIn } from '../repository/repository-settings.ts'
import { existingImage } from '../reuse/existing-image.ts'
import { soughtImage, wantedTags } from '../reuse/reuse.ts'
import { decisiveTags, planTags, type TagPlan } from '../tags/plan.ts'
import { leastPolicy } from './least-policy.ts'
import { plannedCalls } from './planned-calls.ts'

/** The result of a read that is denied: the user who asks for the policy may not have it yet. */
const DENIED = Symbol('denied')

async function ifAllowed<T>(work: () => Promise<T>, job: Job): Promise<T | typeof DENIED> {
  try {
    return await work()
  } catch (error) {
    if (awsErrorName(error) !== 'AccessDeniedException') throw error
    job.runner.notice(reason(error))
    return DENIED
  }
}

/** The repository as the step would find or create it. */
async function repositoryFor(location: Promise<RegistryLocation>, inputs: Inputs, { ecr, registry }: Ports, job: Job) {
  const found = await ifAllowed(() => ecr.find(inputs.repo), job)
  if (found !== undefined && found !== DENIED) return { repository: found, missing: false }
  const login = await ifAllowed(() => registry(inputs.registryId), job)
  const where = await location
  const repository = assumedRepository(inputs.repo, {
    registry: login === DENIED ? 'REGISTRY' : login.registry,
    arn: repositoryArn(where, inputs.repo),
    registryId: where.account,
  })
  return { repository, missing: found === undefined }
}

/** The image that would get the tags without a build, and the tags that would be written. */
async function imageFor(repository: Repository, inputs: Inputs, { ecr }: Ports, job: Job): Promise<TagPlan> {
  const wanted = wantedTags(inputs)
  const sought = soughtImage(inputs)
  const read = async () => {
    const found = sought && (await existingImage(repository.name, sought, wanted, ecr))
    if (found !== undefined) return found.plan
    if (inputs.retagFrom !== undefined) throw missingImage(inputs.retagFrom, inputs.repo)
    return planTags(repository, wanted, await ecr.manifests(repository, decisiveTags(repository, wanted)))
  }
  const plan = await ifAllowed(read, job)
  return plan === DENIED ? { tags: wanted.tags, existing: undefined, notices: [] } : plan
}

/** Reads everything in parallel; of several errors, reports the first in this order. */
async function look(docker: DockerCheck, inputs: Inputs, ports: Ports, job: Job) {
  const { session } = ports
  try {
    await docker.underWay
    const location = session.identity().then((identity) => locationFor(session.region, inputs.registryId, identity))
    const target = repositoryFor(location, inputs, ports, job)
    target.catch(() => undefined)
    await location
    const found = await target
    await docker.toolset
    return found
  } finally {
    docker.stop()
  }
}

/** Reads what the step would read, and shows what it would do and the policy that it needs. Nothing is written. */
export async function preview(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  const docker = checkDocker(inputs, ports, job)
  const { policyFile } = inputs.settings
  const policyText = policyFile === undefined ? undefined : policyIn(policyFile)
  const { repository, missing } = await job.phase('Dry run: look at Docker, AWS and the repository', () =>
    look(docker, inputs, ports, job),
  )
  if (inputs.retagFrom === undefined) checkReferenceLength(repository.registry, inputs.repo)
  const policy = JSON.stringify(leastPolicy(inputs, repository), null, 2)
  await job.phase('Dry run: the least-privilege IAM policy for these inputs', async () => job.runner.info(policy))
  if (missing && inputs.retagFrom !== undefined) throw missingImage(inputs.retagFrom, inputs.repo)
  if (missing && !inputs.createRepo) throw missingRepository(inputs.repo, 'create_repo')
  const { choice } = await docker.chooseBuilder()
  const plan = await imageFor(repository, inputs, ports, job)
  for (const line of plan.notices) job.runner.notice(line)
  const lines = await plannedCalls({ repository, missing, policyText, choice, ...plan }, inputs, ports, job)
  await job.phase('Dry run: what this step would do', async () => {
    for (const line of lines) job.runner.info(line)
  })
  await job.runner.summary(previewSummary(repository, lines, policy))
  return outputsFor(repository, plan.tags, { reason: "'dry_run' is true" })
}
