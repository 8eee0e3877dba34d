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
  /** What the tags were before, as far as they were there. */
  readonly there: ReadonlyMap<string, Manifest>
  /** Why a push was tried again. */
  readonly retries: readonly string[]
  /** Why nothing was pushed; empty where it was. */
  readonly reason: string
  /** What the builder says; nothing where none built. */
  readonly imageId?: string
  readonly metadata?: string
}

export const wantedTags = ({ tags, latest, immutableConflict: conflict }: Inputs): WantedTags => ({
  tags,
  latest,
  conflict,
})

/** What keeps `latest` on the newest run's image; nothing where the step is to insist on it. */
export const guardOf = (repository: Repository, { latest, build }: Inputs, { ecr }: Pick<Ports, 'ecr'>, job: Job) =>
  latest === 'true' ? undefined : latestGuard(repository, ecr, job, build.labels)

/** Whether the build shall take what is newer than an image that is there: base images, or what its steps fetch. */
const wantsNewer = ({ build, extraBuildArgs: extra }: Pick<Inputs, 'build' | 'extraBuildArgs'>): boolean =>
  build.pull ||
  build.noCache ||
  isOn(extra, 'pull') ||
  isOn(extra, 'no-cache') ||
  valuesOf(extra, 'no-cache-filter').length > 0

/** The image that may make a build needless, where the inputs name one. */
export function soughtImage({ retagFrom, skipIfExists, tags, contentTag, ...inputs }: Inputs): Sought | undefined {
  if (retagFrom !== undefined) {
    const check = (repository: Repository) => checkRepository(retagFrom, repository)
    return { id: retagFrom.id, reason: `'retag_from' is ${retagFrom.id}`, check }
  }
  if (contentTag !== undefined) {
    return wantsNewer(inputs) ? undefined : { id: contentTag, reason: 'an image of the same inputs is there' }
  }
  return skipIfExists === 'tag' ? { id: tags[0], reason: `tag '${tags[0]}' has an image already` } : undefined
}

/**
 * Gives the tags to an image that is there already, with calls of the API alone; `undefined` where one has to be built.
 */
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
      // Who we are is asked for with the first write: a run that only looks does with fewer calls.
      await session.identity()
      return ecr.tag(...call)
    }
    const promotion = { repository, manifest, tags: plan.tags, there, compat: inputs.build.compat }
    const guard = guardOf(repository, inputs, ports, job)
    const tags = await promote(promotion, guard, { ...ecr, tag }, job)
    return { repository, manifest, there, reason, tags, retries: [] }
  })
}

/** Gives the tags to the image behind an immutable one of them. */
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
  return { repository, manifest, there, tags: set, retries: [], reason: 'an immutable tag has an image already' }
}

/** The image of a newer run, where a push would have `latest` for its only tag and so have none at all. */
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
  // The tag has the image already, so that nothing is written.
  const promotion = { repository, manifest, tags: [LATEST], there, compat: inputs.build.compat }
  const tags = await promote(promotion, guard, ports.ecr, job)
  return { repository, manifest, there, tags, retries: [], reason: "'latest' has the image of a newer run" }
}
