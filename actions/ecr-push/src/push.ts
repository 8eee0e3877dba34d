import type { Docker, Ecr, Environment, Job, Manifest, Repository } from '@container-actions/core'
import type { LatestGuard } from './latest-guard.ts'
import { moved, promote } from './promotion.ts'
import { LATEST, type Tags } from './tag-plan.ts'

/** What the registry has after a push. */
export interface Pushed {
  readonly manifest: Manifest
  /** The tags that have it. */
  readonly tags: readonly string[]
}

/**
 * Pushes the layers under the first tag, and points the others at the same manifest.
 *
 * @param login the variables of Docker's login
 */
export async function pushTags(
  { repository, tags, login }: { repository: Repository; tags: Tags; login: Environment },
  guard: LatestGuard | undefined,
  { docker, ecr }: { docker: Pick<Docker, 'push'>; ecr: Pick<Ecr, 'manifests' | 'tag'> },
  job: Job,
): Promise<Pushed> {
  const [first] = tags
  const digest = await docker.push(`${repository.uri}:${first}`, login)
  job.changed(`pushed ${repository.name}:${first}`)
  const there = await ecr.manifests(repository, [...tags, digest])
  const manifest = there.get(digest)
  const isLost = there.get(first)?.digest !== digest && (first !== LATEST || guard === undefined)
  if (manifest === undefined || isLost) throw moved({ repository, digest }, there, [first], [])
  return { manifest, tags: await promote({ repository, manifest, tags, there }, guard, ecr, job) }
}
