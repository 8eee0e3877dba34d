import type { Authorization, AwsSession, Docker, Ecr, EcrSettings, Job, Repository } from '@container-actions/core'
import { listArtifact } from './artifact-list.ts'
import { buildImage } from './build.ts'
import type { Inputs } from './inputs.ts'
import { patientPush } from './patient-push.ts'
import { prepare } from './prepare.ts'
import { preview } from './preview.ts'
import { promoteTags, pushTags } from './push.ts'
import { pushRefusal } from './push-refusal.ts'
import { summaryOf } from './summary.ts'
import { existingImage, type Tags } from './tag-plan.ts'

/** What this action needs of AWS and of Docker. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity' | 'region'>
  readonly ecr: Ecr
  readonly docker: Docker
  /** Waits so many milliseconds at most for Docker's daemon. */
  readonly daemon: (timeout: number, signal: AbortSignal) => Promise<void>
  readonly settings: Pick<EcrSettings, 'setPolicy' | 'setScanOnPush'>
  /** A login for the registry of another account, or of the identity's own, with its host. */
  readonly registry: (account?: string) => Promise<Authorization & { readonly registry: string }>
}

/** Named as in action.yml. */
export type Outputs = {
  readonly image: string
  readonly images: string
  readonly tags: string
  readonly tag: string
  readonly digest: string
  readonly image_digest_ref: string
  readonly repository: string
  readonly repository_uri: string
  readonly registry: string
  readonly registry_id: string
  readonly pushed: boolean
  readonly skipped: boolean
  readonly reason: string
}

/** The image that all tags have in the end. */
interface Image {
  readonly repository: Repository
  readonly tags: Tags
  readonly digest: string
  /** Why nothing was built; empty where it was. */
  readonly reason: string
}

/** The image of an earlier run, with its tags as this one wants them; `undefined` where it has to be built. */
async function reuse(inputs: Inputs, { ecr, session }: Ports, job: Job): Promise<Image | undefined> {
  const [found] = await Promise.all([existingImage(inputs.repo, inputs.tags, inputs.latest, ecr), session.identity()])
  if (found === undefined) return undefined
  const { repository, manifest, tags, notices } = found
  for (const line of notices) job.runner.notice(line)
  await promoteTags(repository, manifest, tags.slice(1), ecr, job)
  return { repository, tags, digest: manifest.digest, reason: `tag '${tags[0]}' has an image already` }
}

async function buildAndPush(inputs: Inputs, ports: Ports, job: Job): Promise<Image> {
  const { ecr, docker } = ports
  const ready = await job.phase('Check Docker, AWS and the repository', () => prepare(inputs, ports, job))
  const { repository, login, renew } = ready
  const { tags, existing } = ready.plan
  if (existing !== undefined) {
    await job.phase('Tag', () => promoteTags(repository, existing, tags, ecr, job))
    return { repository, tags, digest: existing.digest, reason: 'an immutable tag has an image already' }
  }
  const [tag] = tags
  await buildImage(`${repository.uri}:${tag}`, inputs, ready, docker, job)
  const explain = () => pushRefusal(repository, tag, ecr)
  const push = patientPush(docker, { retries: inputs.pushRetries, renew, explain }, job)
  const digest = await job.phase('Push', () => pushTags(repository, tags, login, { docker: { push }, ecr }, job))
  return { repository, tags, digest, reason: '' }
}

/** Builds the image once and pushes it under all tags, after everything else was found right. */
export async function main(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  if (inputs.dryRun) return preview(inputs, ports, job)
  const skip = inputs.skipIfExists === 'tag'
  const found = skip ? await job.phase('Look for the image', () => reuse(inputs, ports, job)) : undefined
  const { repository, tags, digest, reason } = found ?? (await buildAndPush(inputs, ports, job))
  const pushed = reason === ''
  const reference = `${repository.uri}@${digest}`
  job.runner.info(pushed ? `Pushed ${reference}` : `Nothing is built, because ${reason}: ${reference}`)
  listArtifact(reference, job.env)
  await job.runner.summary(summaryOf({ repository, tags, digest, phases: job.phases, reason }))
  return {
    image: `${repository.uri}:${tags[0]}`,
    images: tags.map((each) => `${repository.uri}:${each}`).join('\n'),
    tags: tags.join(','),
    tag: tags[0],
    digest,
    image_digest_ref: reference,
    repository: repository.name,
    repository_uri: repository.uri,
    registry: repository.registry,
    registry_id: repository.registryId,
    pushed,
    skipped: !pushed,
    reason,
  }
}
