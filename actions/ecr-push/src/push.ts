import type { Docker, Ecr, Environment, Job, Manifest, Repository } from '@container-actions/core'
import type { LatestGuard } from './latest-guard.ts'
import { moved, promote } from './promotion.ts'
import { LATEST, type Tags } from './tag-plan.ts'

/** Where an image is pushed to. */
export interface PushTarget {
  readonly repository: Repository
  readonly tags: Tags
  /** The variables of Docker's login. */
  readonly login: Environment
  /** Fails where the other tags are not to have the image that was pushed. */
  readonly check: (manifest: Manifest) => void
}

/** What the registry has after a push. */
export interface Pushed {
  readonly manifest: Manifest
  /** The tags that have it. */
  readonly tags: readonly string[]
}

/**
 * Pushes the layers under the first tag, and points the others at the same manifest, once that has passed `check`.
 */
export async function pushTags(
  { repository, tags, login, check }: PushTarget,
  guard: LatestGuard | undefined,
  { docker, ecr }: { docker: Pick<Docker, 'push'>; ecr: Pick<Ecr, 'manifests' | 'tag'> },
  job: Job,
): Promise<Pushed> {
  const [first] = tags
  const push = () => docker.push(`${repository.uri}:${first}`, login)
  const digest = await job.changing(`${repository.name}:${first} was pushed`, push)
  job.changed(`pushed ${repository.name}:${first}`)
  const there = await ecr.manifests(repository, [...tags, digest])
  const manifest = there.get(digest)
  const isLost = there.get(first)?.digest !== digest && (first !== LATEST || guard === undefined)
  if (manifest === undefined || isLost) throw moved({ repository, digest }, there, [first], [])
  check(manifest)
  return { manifest, tags: await promote({ repository, manifest, tags, there }, guard, ecr, job) }
}
