import type { GitHubEvent } from './event.ts'
import { eventText } from './payload.ts'

/**
 * A Git ref split into type and name. The name of a `pull` ref is `12/merge`; a ref of unknown type keeps its whole
 * name.
 */
export interface Ref {
  readonly kind: 'branch' | 'tag' | 'pull' | 'none'
  readonly name: string
}

const KINDS = [
  ['refs/heads/', 'branch'],
  ['refs/tags/', 'tag'],
  ['refs/pull/', 'pull'],
] as const

/** Removes `prefix` from the beginning of `text`, once. */
export const withoutPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text

/** The short name of a ref that can only be a branch. */
export const branchOf = (ref: string): string => withoutPrefix(ref, 'refs/heads/')

function parseRef(ref: string, unqualified: 'branch' | 'tag'): Ref {
  for (const [prefix, kind] of KINDS) {
    if (ref.startsWith(prefix)) return { kind, name: ref.slice(prefix.length) }
  }
  return { kind: ref === '' || ref.startsWith('refs/') ? 'none' : unqualified, name: ref }
}

/**
 * The ref that the run is on. GitHub provides an unqualified ref when a merged pull request is closed, and nektos/act
 * for `create` and `deployment`; in these cases the event, or otherwise GITHUB_REF_TYPE, tells whether it is a tag.
 */
export function runRef(event: GitHubEvent): Ref {
  const created = event.name === 'create' ? eventText(event, 'ref_type') : ''
  return parseRef(event.ref, (created || event.refType) === 'tag' ? 'tag' : 'branch')
}
