import { createHash } from 'node:crypto'
import { eventText, type GitHubEvent, mayWriteCache, type Repository, sourceOf } from '@container-actions/core'
import { storableTarget } from '../inputs/caches.ts'
import { isImmutable } from '../tags/mutability.ts'

/** Where the cache of `cache: registry` is read and written. */
export interface CachePreset {
  /** References, in order of preference. */
  readonly from: readonly string[]
  /** Reference; `undefined` if this run must not write it. */
  readonly to: string | undefined
  readonly notice: string | undefined
}

const TAG = 'buildcache'

/** How many characters of a branch the tag keeps, so that it does not exceed the limit of 128. */
const KEPT = 100

/** The branch whose cache a run updates; `undefined` for tags, merge queues, and runs that may only read caches. */
function cachedBranch(event: GitHubEvent): string | undefined {
  if (!mayWriteCache(event)) return undefined
  const { branch } = sourceOf(event)
  return branch === '' || branch.startsWith('gh-readonly-queue/') ? undefined : branch
}

/** The tag of a branch, unique among branches: a name that has to be changed ends with its hash. */
function tagOf(branch: string): string {
  const plain = branch.replaceAll(/[^\w.-]/g, '-').slice(0, KEPT)
  const isHashLike = /-[0-9a-f]{8}$/.test(branch)
  if (plain === branch && !isHashLike) return `${TAG}-${branch}`
  return `${TAG}-${plain}-${createHash('sha256').update(branch).digest('hex').slice(0, 8)}`
}

/** Each branch has its own cache in the image's repository, and also reads that of the default branch. */
export function cachePreset(repository: Repository, event: GitHubEvent): CachePreset {
  const branch = cachedBranch(event)
  const told = eventText(event, 'repository', 'default_branch')
  const isDefault = branch !== undefined && (branch === told || event.name === 'schedule')
  const own = branch === undefined || isDefault ? undefined : tagOf(branch)
  const from = [...(own === undefined ? [] : [own]), TAG].map((tag) => `${repository.uri}:${tag}`)
  const tag = isDefault ? TAG : own
  if (tag !== undefined && isImmutable(repository, tag)) {
    const notice = `The cache is not written, because ${repository.name} keeps its tag '${tag}' immutable. Let it move, with ecr-repository's 'immutable_except: ${TAG}*'.`
    return { from, to: undefined, notice }
  }
  return { from, to: tag === undefined ? undefined : `${repository.uri}:${tag}`, notice: undefined }
}

export const cacheTarget = (reference: string): string => storableTarget(`type=registry,ref=${reference},mode=max`)
