import type { Ecr, Job, Manifest, Repository } from '@container-actions/core'
import { isOn, valuesOf } from '../inputs/given-options.ts'
import { checkRepository, missingImage } from '../inputs/retag-source.ts'
import type { Inputs } from '../inputs.ts'
import type { Ports } from '../ports.ts'
import type { Pushed } from '../push/push-tags.ts'
import { latestGuard } from '../tags/latest-guard.ts'
import { LATEST, type WantedTags } from '../tags/plan.ts'
import { promote } from '../tags/promote.ts'
import { existingImage, type Sought } from './existing-image.ts'

/** The image of this step, whoever built it. */
export interface Image extends Pushed {
  readonly repository: Repository
  /** The previous manifests of the tags that existed. */
  readonly there: ReadonlyMap<string, Manifest>
  /** The reasons for push retries. */
  readonly retries: readonly string[]
  /** Why nothing was pushed; empty if it was. */
  readonly reason: string
  /** The builder's result; absent if nothing was built. */
  readonly imageId?: string
  readonly metadata?: string
}

export const wantedTags = ({ tags, latest, immutableConflict: conflict }: Inputs): WantedTags => ({
  tags,
  latest,
  conflict,
})

/** The guard that keeps `latest` on the newest run's image; absent if the step insists on moving it. */
export const guardOf = (repository: Repository, { latest, build }: Inputs, { ecr }: Pick<Ports, 'ecr'>, job: Job) =>
  latest === 'true' ? undefined : latestGuard(repository, ecr, job, build.labels)

/** Whether the build must pick up newer base images or downloads than an existing image. */
const wantsNewer = ({ build, extraBuildArgs: extra }: Pick<Inputs, 'build' | 'extraBuildArgs'>): boolean =>
  build.pull ||
  build.noCache ||
  isOn(extra, 'pull') ||
  isOn(extra, 'no-cache') ||
  valuesOf(extra, 'no-cache-filter').length > 0

/** The image that may make a build unnecessary, if the inputs name one. */
export function soughtImage({ retagFrom, skipIfExists, tags, contentTag, ...inputs }: Inputs): Sought | undefined {
  if (retagFrom !== undefined) {
    const check = (repository: Repository) => checkRepository(retagFrom, repository)
    return { id: retagFrom.id, reason: `'retag_from' is ${retagFrom.id}`, check }
  }
  if (contentTag !== undefined) {
    return wantsNewer(inputs) ? undefined : { id: contentTag, reason: 'an image with the same inputs exists' }
  }
  return skipIfExists === 'tag' ? { id: tags[0], reason: `tag '${tags[0]}' already has an image` } : undefined
}

/** Adds the tags to an existing image with API calls only; `undefined` if an image has to be built. */
export async function reuseImage(inputs: Inputs, ports: Ports, job: Job): Promise<Image | undefined> {
  const { ecr, session } = ports
  const sought = soughtImage(inputs)
  if (sought === undefined) return undefined
  return job.phase('Look for the image', async () => {
    const found = await existingImage(inputs.repo, sought, wantedTags(inputs), ecr)
    if (found === undefined && inputs.retagFrom !== undefined) throw missingImage(inputs.retagFrom, inputs.repo)
    if (found === undefined) return undefined
    const { repository, manifest, there, plan, reason } = found
    for (const line of plan.notices) job.runner.notice(line)
    const tag: Ecr['tag'] = async (...call) => {
      // The identity is queried with the first write: a run that only reads makes fewer calls.
      await session.identity()
      return ecr.tag(...call)
    }
    const promotion = { repository, manifest, tags: plan.tags, there, compat: inputs.build.compat }
    const guard = guardOf(repository, inputs, ports, job)
    const tags = await promote(promotion, guard, { ...ecr, tag }, job)
    return { repository, manifest, there, reason, tags, retries: [] }
  })
}

/** Adds the tags to the image of an immutable one among them. */
export async function reuseImmutable(
  { repository, manifest, tags }: { repository: Repository; manifest: Manifest; tags: readonly string[] },
  inputs: Inputs,
  ports: Ports,
  job: Job,
): Promise<Image> {
  const there = await ports.ecr.manifests(repository, tags)
  const guard = guardOf(repository, inputs, ports, job)
  const { compat } = inputs.build
  const set = await promote({ repository, manifest, tags, there, compat }, guard, ports.ecr, job)
  return { repository, manifest, there, tags: set, retries: [], reason: 'an immutable tag already has an image' }
}

/** The image of a newer run, if `latest` would be the only tag of a push, so that no tag would be left. */
export async function newerImage(
  repository: Repository,
  inputs: Inputs,
  ports: Ports,
  job: Job,
): Promise<Image | undefined> {
  const guard = inputs.tags[0] === LATEST ? guardOf(repository, inputs, ports, job) : undefined
  const manifest = guard && (await ports.ecr.manifest(repository, { tag: LATEST }))
  if (manifest === undefined || !(await guard?.isNewer(manifest))) return undefined
  const there = new Map([[LATEST, manifest]])
  // The tag already points to the image, so nothing is written.
  const promotion = { repository, manifest, tags: [LATEST], there, compat: inputs.build.compat }
  const tags = await promote(promotion, guard, ports.ecr, job)
  return { repository, manifest, there, tags, retries: [], reason: "'latest' has the image of a newer run" }
}
