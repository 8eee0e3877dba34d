import {
  type Ecr,
  Failure,
  imageDigests,
  type Job,
  type Manifest,
  notKnown,
  type Repository,
} from '@container-actions/core'
import { type Compat, checkLambdaImage } from './lambda.ts'
import type { LatestGuard } from './latest-guard.ts'
import { LATEST, quoted } from './plan.ts'

/** An image in the repository, and the tags it should have. */
export interface Promotion {
  readonly repository: Repository
  readonly manifest: Manifest
  readonly tags: readonly string[]
  /** Manifests of the tags that already exist; may be incomplete. */
  readonly there: ReadonlyMap<string, Manifest>
  readonly compat: Compat
}

/** How often `latest` is moved back from an older run's image, which only happens by chance. */
const ROUNDS = 5

/**
 * Points the tags at the image, in order, and verifies them with one ECR call; a tag that already has the image costs
 * no write.
 *
 * @throws {Failure} before the first write, if the image does not satisfy `compat`
 * @param guard keeps `latest` from moving back to an older run's image; without it, `latest` always moves
 * @returns the tags that the image has: all, or all except `latest`
 */
export async function promote(
  promotion: Promotion,
  guard: LatestGuard | undefined,
  ecr: Pick<Ecr, 'manifests' | 'tag'>,
  job: Job,
): Promise<string[]> {
  const { repository, tags, manifest, there, compat } = promotion
  checkLambdaImage(compat, repository, manifest)
  const wrong = tags.filter((tag) => there.get(tag)?.digest !== manifest.digest)
  const before = there.get(LATEST)
  if (guard !== undefined && before !== undefined && wrong.includes(LATEST)) {
    await readAhead(repository, [before, manifest], ecr)
  }
  const left: string[] = []
  for (const tag of wrong) {
    const mayMove = tag === LATEST ? guard : undefined
    if ((await mayMove?.isNewer(there.get(tag))) || !(await setTag(promotion, tag, mayMove, ecr, job))) left.push(tag)
  }
  const set = tags.filter((tag) => !left.includes(tag))
  return left.length === wrong.length ? set : verified(promotion, set, guard, ecr, job)
}

const tagged = ({ name }: Repository, tag: string): string => `${name}:${tag} was tagged`

/** Reads the content of the indexes in one call for later; errors surface where it is used. */
const readAhead = (repository: Repository, indexes: readonly Manifest[], ecr: Pick<Ecr, 'manifests'>) =>
  ecr.manifests(repository, indexes.flatMap(imageDigests)).catch(() => undefined)

/** A call without a response may have succeeded nevertheless, so the tag is read before it counts as failed. */
async function writeTag(
  { repository, manifest }: Promotion,
  tag: string,
  guard: LatestGuard | undefined,
  ecr: Pick<Ecr, 'manifests' | 'tag'>,
  job: Job,
): Promise<boolean> {
  try {
    return await ecr.tag(repository, manifest, tag, guard?.mayMove)
  } catch (error) {
    job.signal.throwIfAborted()
    const now = await ecr.manifests(repository, [tag]).catch(() => undefined)
    if (now === undefined && error instanceof Failure) {
      throw new Failure(`${error.message} ${notKnown(tagged(repository, tag))}`, { cause: error })
    }
    if (now?.get(tag)?.digest !== manifest.digest) throw error
    return true
  }
}

async function setTag(
  promotion: Promotion,
  tag: string,
  guard: LatestGuard | undefined,
  ecr: Pick<Ecr, 'manifests' | 'tag'>,
  job: Job,
): Promise<boolean> {
  const { repository } = promotion
  const write = () => writeTag(promotion, tag, guard, ecr, job)
  if (!(await job.changing(tagged(repository, tag), write))) return false
  job.changed(`tagged ${repository.name}:${tag}`)
  job.runner.info(`Tagged ${repository.uri}:${tag}`)
  return true
}

async function verified(
  promotion: Promotion,
  set: readonly string[],
  guard: LatestGuard | undefined,
  ecr: Pick<Ecr, 'manifests' | 'tag'>,
  job: Job,
): Promise<string[]> {
  const { repository, manifest } = promotion
  for (let round = 1; ; round++) {
    // The content of the index is needed later, and comes with the same call.
    const now = await ecr.manifests(repository, [...set, ...imageDigests(manifest)])
    const wrong = set.filter((tag) => now.get(tag)?.digest !== manifest.digest)
    const right = set.filter((tag) => !wrong.includes(tag))
    if (wrong.length === 0) return right
    const latest = wrong.length === 1 && wrong[0] === LATEST ? now.get(LATEST) : undefined
    if (latest !== undefined && (await guard?.isNewer(latest))) return right
    const again = latest !== undefined && round < ROUNDS && (await guard?.isOlder(latest))
    if (!again) throw moved({ repository, digest: manifest.digest }, now, wrong, right)
    job.runner.info(`An older run moved 'latest' of ${repository.name} to ${latest.digest}; moving it back.`)
    if (!(await setTag(promotion, LATEST, guard, ecr, job))) return right
  }
}

/** The failure for tags that do not point to this step's image. */
export function moved(
  { repository, digest }: { repository: Repository; digest: string },
  now: ReadonlyMap<string, Manifest>,
  wrong: readonly string[],
  right: readonly string[],
): Failure {
  const found = wrong.map((tag) => `Tag '${tag}' of ${repository.name} is ${now.get(tag)?.digest ?? 'missing'}`)
  const others = right.length === 0 ? '' : ` What this step pushed is behind ${quoted(right)}.`
  return new Failure(
    `${found.join(', ')} but not ${digest}, which this step pushed: another job moved it at the same time.${others} Let only one job push a tag, for example with 'concurrency:'.`,
  )
}
