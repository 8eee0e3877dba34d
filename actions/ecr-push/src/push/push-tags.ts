import type { Ecr, Environment, Job, Manifest, Repository } from '@container-actions/core'
import type { ImageBuild } from '../build/build.ts'
import type { Compat } from '../tags/lambda.ts'
import type { LatestGuard } from '../tags/latest-guard.ts'
import { LATEST, type Tags } from '../tags/plan.ts'
import { moved, promote } from '../tags/promote.ts'
import { provenPush } from './proven-push.ts'

/** Where an image is pushed to. */
export interface PushTarget {
  readonly repository: Repository
  readonly tags: Tags
  /** The content tag, which is written only for an image that is known to be correct; `undefined` if there is none. */
  readonly contentTag: string | undefined
  /** The environment variables of Docker's login. */
  readonly login: Environment
  /** Compatibility that the image must have before the other tags point to it. */
  readonly compat: Compat
}

/** The result of a push. */
export interface Pushed {
  readonly manifest: Manifest
  /** The tags that point to it. */
  readonly tags: readonly string[]
}

/** The tags that the layers can be pushed under, best first: `latest` and a content tag only if there is no other. */
function pushable({ tags, contentTag }: PushTarget): Tags {
  const rest = tags.filter((tag) => tag !== contentTag && tag !== LATEST)
  const [first = tags[0], ...others] = rest.length > 0 ? rest : tags.filter((tag) => tag !== LATEST)
  return [first, ...others]
}

/**
 * Pushes the layers under one tag. Once the manifest is known to be that of the built image, points the other tags at
 * it.
 */
export async function pushTags(
  target: PushTarget,
  guard: LatestGuard | undefined,
  { image, ecr }: { image: Pick<ImageBuild, 'choose' | 'push' | 'isBuilt'>; ecr: Pick<Ecr, 'manifests' | 'tag'> },
  job: Job,
): Promise<Pushed> {
  const { repository, tags, login, compat } = target
  const candidates = pushable(target)
  const { tag, digest, there } = await provenPush({ repository, tags, candidates, login }, image, ecr, job)
  const manifest = there.get(digest)
  const isLost = there.get(tag)?.digest !== digest && (tag !== LATEST || guard === undefined)
  if (manifest === undefined || isLost) throw moved({ repository, digest }, there, [tag], [])
  return { manifest, tags: await promote({ repository, manifest, tags, there, compat }, guard, ecr, job) }
}
