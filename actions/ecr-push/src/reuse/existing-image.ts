import type { Ecr, Manifest, Repository } from '@container-actions/core'
import { planTags, type TagPlan, type WantedTags } from '../tags/plan.ts'

/** The image that may already exist. */
export interface Sought {
  /** Tag or digest. */
  readonly id: string
  /** Why nothing is built if it exists. */
  readonly reason: string
  /** Throws if the image cannot be in that repository. */
  readonly check?: (repository: Repository) => void
}

export interface Existing {
  readonly repository: Repository
  readonly manifest: Manifest
  readonly plan: TagPlan
  readonly there: ReadonlyMap<string, Manifest>
  readonly reason: string
}

/** The image for the tags, with two calls; `undefined` if the repository or the image is missing. */
export async function existingImage(
  name: string,
  { id, reason, check }: Sought,
  wanted: WantedTags,
  ecr: Pick<Ecr, 'find' | 'manifests'>,
): Promise<Existing | undefined> {
  const repository = await ecr.find(name)
  if (repository === undefined) return undefined
  check?.(repository)
  const there = await ecr.manifests(repository, [id, ...wanted.tags])
  const manifest = there.get(id)
  if (manifest === undefined) return undefined
  return { repository, manifest, there, reason, plan: planTags(repository, { ...wanted, existing: manifest }, there) }
}
