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
import { searchDocker } from '../builder/find-docker.ts'
import { checkMaker } from '../builder/image-maker.ts'
import { checkLayers } from '../builder/layerless.ts'
import { planBuilder } from '../builder/plan-builder.ts'
import { checkNamedSources } from '../content/named-sources.ts'
import { checkNamedFiles, checkReadable } from '../content/readable-files.ts'
import { checkBuildFiles } from '../inputs/build-files.ts'
import { missingImage } from '../inputs/retag-source.ts'
import type { Inputs } from '../inputs.ts'
import type { Outputs } from '../outputs.ts'
import type { Ports } from '../ports.ts'
import { previewSummary } from '../report/preview-summary.ts'
import { assumedRepository } from '../repository/assumed-repository.ts'
import { readPolicyFile } from '../repository/repository-settings.ts'
import { existingImage } from '../reuse/existing-image.ts'
import { soughtImage, wantedTags } from '../reuse/reuse.ts'
import { decisiveTags, planTags, type TagPlan } from '../tags/plan.ts'
import { leastPolicy } from './least-policy.ts'
import { plannedCalls } from './planned-calls.ts'

/** What a read gives that the identity may not make: whoever asks for the policy may not have it yet. */
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

/** A repository as the step would find or create it. */
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

function outputsOf({ name, uri, registry, registryId }: Repository, tags: readonly string[]): Outputs {
  const images = tags.map((tag) => `${uri}:${tag}`)
  return {
    image: images[0] ?? '',
    images: images.join('\n'),
    tags: tags.join(','),
    tag: tags[0] ?? '',
    digest: '',
    image_digest_ref: '',
    imageid: '',
    metadata: '',
    size_bytes: '',
    repository: name,
    repository_uri: uri,
    registry,
    registry_id: registryId.replace('*', ''),
    pushed: false,
    skipped: false,
    reason: "'dry_run' is true",
  }
}

/** Looks at everything at once; of several errors the first in this order is told. */
async function look(inputs: Inputs, ports: Ports, job: Job) {
  const { session } = ports
  const over = new AbortController()
  const search = searchDocker(inputs, ports, AbortSignal.any([job.signal, over.signal]))
  await search.underWay
  const location = session.identity().then((identity) => locationFor(session.region, inputs.registryId, identity))
  const target = repositoryFor(location, inputs, ports, job)
  target.catch(() => undefined)
  try {
    await location
    const found = { ...(await target), toolset: await search.toolset }
    const isBuilt = inputs.prebuildScript === undefined && inputs.retagFrom === undefined
    if (isBuilt) await checkReadable(inputs, found.toolset, job)
    return found
  } finally {
    over.abort()
  }
}

/** Reads what the step would read, and shows what it would do and the policy that it takes. Nothing is written. */
export async function preview(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  if (inputs.prebuildScript === undefined && inputs.retagFrom === undefined) {
    checkNamedSources(inputs, job.env)
    checkNamedFiles(inputs)
    checkBuildFiles(inputs)
    checkLayers(inputs)
  }
  const { policyFile } = inputs.settings
  const policyText = policyFile === undefined ? undefined : readPolicyFile(policyFile)
  const { toolset, repository, missing } = await job.phase('Dry run: look at Docker, AWS and the repository', () =>
    look(inputs, ports, job),
  )
  if (inputs.retagFrom === undefined) checkReferenceLength(repository.registry, inputs.repo)
  const policy = JSON.stringify(leastPolicy(inputs, repository), null, 2)
  await job.phase('Dry run: the least-privilege IAM policy for these inputs', async () => job.runner.info(policy))
  if (missing && inputs.retagFrom !== undefined) throw missingImage(inputs.retagFrom, inputs.repo)
  if (missing && !inputs.createRepo) throw missingRepository(inputs.repo, 'create_repo')
  checkMaker(inputs.contentMaker, toolset)
  const { choice } = await planBuilder(inputs, toolset, ports.docker, job.env)
  for (const line of choice.notices) job.runner.notice(line)
  const plan = await imageFor(repository, inputs, ports, job)
  for (const line of plan.notices) job.runner.notice(line)
  const lines = await plannedCalls({ repository, missing, policyText, choice, ...plan }, inputs, ports, job)
  await job.phase('Dry run: what this step would do', async () => {
    for (const line of lines) job.runner.info(line)
  })
  await job.runner.summary(previewSummary(repository, lines, policy))
  return outputsOf(repository, plan.tags)
}
