import { type Ecr, Failure, type Manifest, type Repository } from '@container-actions/core'
import { isImmutable } from './tag-mutability.ts'

/** What to do where an immutable tag has an image already. */
export const CONFLICTS = ['fail', 'skip', 'reuse'] as const
export type Conflict = (typeof CONFLICTS)[number]

/** Whether `latest` is pushed: where the repository allows it, in any case, or not. */
export const LATEST_MODES = ['auto', 'true', 'false'] as const
export type Latest = (typeof LATEST_MODES)[number]

export type Tags = readonly [string, ...string[]]

/** What becomes of the tags: those to write, and the image that is there already where none has to be built. */
export interface TagPlan {
  readonly tags: Tags
  readonly existing: Manifest | undefined
  readonly notices: readonly string[]
}

const LATEST = 'latest'

const line = ({ name }: Repository, taken: readonly string[]) =>
  `${taken.length > 1 ? 'Tags' : 'Tag'} ${taken.map((tag) => `'${tag}'`).join(', ')} of ${name} ${taken.length > 1 ? 'have' : 'has'} an image already and cannot move, because the repository keeps tags immutable.`

/** The tags without `latest` where the repository would refuse to move it and there is another one. */
function allowedTags(repository: Repository, given: Tags, latest: Latest): { tags: Tags; notices: string[] } {
  const [first, ...others] = given.filter((tag) => tag !== LATEST)
  const drop = latest === 'auto' && given.includes(LATEST) && isImmutable(repository, LATEST)
  if (!drop || first === undefined) return { tags: given, notices: [] }
  return {
    tags: [first, ...others],
    notices: [
      `'latest' is left out, because ${repository.name} keeps tags immutable. Set 'latest: true' to insist on it.`,
    ],
  }
}

/** What the first tag has already; `undefined` where repository or image are missing. */
export async function existingImage(
  name: string,
  given: Tags,
  latest: Latest,
  ecr: Pick<Ecr, 'find' | 'manifest'>,
): Promise<{ repository: Repository; manifest: Manifest; tags: Tags; notices: string[] } | undefined> {
  const repository = await ecr.find(name)
  const manifest = repository && (await ecr.manifest(repository, { tag: given[0] }))
  return manifest && { repository, manifest, ...allowedTags(repository, given, latest) }
}

/** Looks at the immutable ones among the tags before anything is built. */
export async function planTags(
  repository: Repository,
  given: Tags,
  { latest, conflict }: { latest: Latest; conflict: Conflict },
  ecr: Pick<Ecr, 'manifest'>,
): Promise<TagPlan> {
  const { tags, notices } = allowedTags(repository, given, latest)
  const immutable = tags.filter((tag) => isImmutable(repository, tag))
  const found = await Promise.all(
    immutable.map(async (tag) => ({ tag, manifest: await ecr.manifest(repository, { tag }) })),
  )
  const taken = found.flatMap(({ tag, manifest }) => (manifest === undefined ? [] : [{ tag, manifest }]))
  const [one] = taken
  if (one === undefined) return { tags, existing: undefined, notices }
  const names = taken.map(({ tag }) => tag)
  if (conflict === 'fail') {
    throw new Failure(`${line(repository, names)} Use a new tag, or set 'immutable_conflict' to skip or reuse.`)
  }
  const [first, ...others] = tags.filter((tag) => !names.includes(tag))
  if (conflict === 'skip' && first !== undefined) {
    return {
      tags: [first, ...others],
      existing: undefined,
      notices: [...notices, `${line(repository, names)} They stay as they are.`],
    }
  }
  if (taken.some(({ manifest }) => manifest.digest !== one.manifest.digest)) {
    throw new Failure(`${line(repository, names)} They are not the same image, so that there is none to reuse.`)
  }
  return {
    tags,
    existing: one.manifest,
    notices: [...notices, `${line(repository, names)} Its image is used, and nothing is built.`],
  }
}
