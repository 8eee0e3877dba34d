import { withoutPrefix } from '@container-actions/core'
import type { RunNames } from './run-names.ts'

/** How the inputs change the names of a run. */
export interface NameChanges {
  readonly stripTagPrefix: string
  readonly stripBranchPrefix: string
  readonly replaceSlashes: boolean
  readonly currentBranchOnTag: 'tag' | 'empty'
}

/** The outputs of https://github.com/tj-actions/branch-names, with the same names. */
export type BranchOutputs = {
  readonly is_default: string
  readonly is_tag: string
  readonly default_branch: string
  readonly current_branch: string
  readonly base_ref_branch: string
  readonly head_ref_branch: string
  readonly ref_branch: string
  readonly tag: string
}

/** Removes prefixes before it replaces slashes; never changes the base branch or the default branch. */
export function branchOutputs(names: RunNames, changes: NameChanges): BranchOutputs {
  const spelt = (name: string) => (changes.replaceSlashes ? name.replaceAll('/', '-') : name)
  const branch = (name: string) => spelt(withoutPrefix(name, changes.stripBranchPrefix))
  const isTag = names.kind === 'tag'
  const tag = spelt(withoutPrefix(names.tag, changes.stripTagPrefix))
  const onTag = changes.currentBranchOnTag === 'tag' ? tag : ''
  return {
    is_default: isTag ? '' : String(names.isDefault),
    is_tag: String(isTag),
    default_branch: names.defaultBranch,
    current_branch: isTag ? onTag : branch(names.kind === 'pull_request' ? names.head : names.ref),
    base_ref_branch: spelt(names.base),
    head_ref_branch: branch(names.head),
    ref_branch: branch(names.ref),
    tag,
  }
}
