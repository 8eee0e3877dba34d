import { Failure, type Manifest, type Repository } from '@container-actions/core'
import { isImmutable } from './mutability.ts'

/** What to do if an immutable tag already has an image. */
export const CONFLICTS = ['fail', 'skip', 'reuse'] as const
export type Conflict = (typeof CONFLICTS)[number]

/** When `latest` is pushed: if the repository and newer runs allow it, always, or never. */
export const LATEST_MODES = ['auto', 'true', 'false'] as const
export type Latest = (typeof LATEST_MODES)[number]

export const LATEST = 'latest'

export type Tags = readonly [string, ...string[]]

export interface WantedTags {
  /** In push order. */
  readonly tags: Tags
  readonly latest: Latest
  readonly conflict: Conflict
  /** Their image, if it already exists. */
  readonly existing?: Manifest | undefined
}

/** The plan for the tags: those to write, and the existing image if nothing has to be built. */
export interface TagPlan {
  readonly tags: Tags
  readonly existing: Manifest | undefined
  readonly notices: readonly string[]
}

export const quoted = (tags: readonly string[]): string => tags.map((tag) => `'${tag}'`).join(', ')

const line = ({ name }: Repository, taken: readonly string[]) =>
  `${taken.length > 1 ? 'Tags' : 'Tag'} ${quoted(taken)} of ${name} already ${taken.length > 1 ? 'have' : 'has'} an image and cannot move, because the repository keeps tags immutable.`

/** The tags without `latest`, if the repository would not allow it to move and there is another tag. */
function allowedTags(repository: Repository, { tags, latest }: WantedTags): { tags: Tags; notices: string[] } {
  const [first, ...others] = tags.filter((tag) => tag !== LATEST)
  const drop = latest === 'auto' && tags.includes(LATEST) && isImmutable(repository, LATEST)
  if (!drop || first === undefined) return { tags, notices: [] }
  return {
    tags: [first, ...others],
    notices: [
      `'latest' is left out, because ${repository.name} keeps tags immutable. Set 'latest: true' to insist on it.`,
    ],
  }
}

/** The tags whose images affect the plan. */
export const decisiveTags = (repository: Repository, wanted: WantedTags): string[] =>
  allowedTags(repository, wanted).tags.filter((tag) => isImmutable(repository, tag))

/** What the immutable tags allow; `there` contains at least the images of the decisive tags. */
export function planTags(repository: Repository, wanted: WantedTags, there: ReadonlyMap<string, Manifest>): TagPlan {
  const { conflict, existing } = wanted
  const { tags, notices } = allowedTags(repository, wanted)
  const taken = decisiveTags(repository, wanted).flatMap((tag) => {
    const manifest = there.get(tag)
    return manifest === undefined || manifest.digest === existing?.digest ? [] : [{ tag, manifest }]
  })
  const [one] = taken
  if (one === undefined) return { tags, existing, notices }
  const names = taken.map(({ tag }) => tag)
  const cannot = line(repository, names)
  if (conflict === 'fail') {
    throw new Failure(`${cannot} Use a new tag, or set 'immutable_conflict' to skip or reuse.`)
  }
  const [first, ...others] = tags.filter((tag) => !names.includes(tag))
  if (conflict === 'skip' && first !== undefined) {
    return { tags: [first, ...others], existing, notices: [...notices, `${cannot} They stay as they are.`] }
  }
  if (existing !== undefined) {
    throw new Failure(`${cannot} They are not ${existing.digest}, which the tags were supposed to get. Use new tags.`)
  }
  if (taken.some(({ manifest }) => manifest.digest !== one.manifest.digest)) {
    throw new Failure(`${cannot} They point to different images, so none can be reused.`)
  }
  return { tags, existing: one.manifest, notices: [...notices, `${cannot} Its image is used, and nothing is built.`] }
}
