import { isTrusted, type Source } from '@container-actions/core'
import { type BranchOutputs, branchOutputs } from './branch-outputs.ts'
import type { Inputs } from './inputs.ts'
import type { RunNames } from './run-names.ts'
import { type SafeNames, safeNames } from './safe-name.ts'
import { type UnsafeName, unsafeNames } from './unsafe-names.ts'

/** Everything that was determined about a run. */
export interface Findings {
  readonly names: RunNames
  readonly source: Source
  readonly tagBranches: readonly string[]
  readonly deleted: boolean
}

/** The outputs in action.yml, except `json`. */
export type Names = BranchOutputs &
  SafeNames & {
    readonly pr_number: string
    readonly event_kind: string
    readonly deleted: string
    readonly is_fork: string
    readonly source_branch: string
    readonly source_repository: string
    readonly source_trusted: string
    readonly tag_branches: string
  }

export const namesOf = ({ names, source, tagBranches, deleted }: Findings, inputs: Inputs): Names => ({
  ...branchOutputs(names, inputs),
  ...safeNames(names.unique, inputs.hashLength),
  pr_number: source.pullRequest,
  event_kind: names.kind,
  deleted: String(deleted),
  is_fork: source.isFork === undefined ? '' : String(source.isFork),
  source_branch: source.branch,
  source_repository: source.repository,
  source_trusted: String(isTrusted(source)),
  tag_branches: JSON.stringify(tagBranches),
})

export const jsonOf = (names: Names, { tagBranches }: Findings): string =>
  JSON.stringify({ ...names, tag_branches: tagBranches })

/** Names that an outsider may have chosen and that a shell would interpret. */
export function unsafeIn(names: Names, { tagBranches }: Findings): UnsafeName[] {
  const { current_branch, head_ref_branch, base_ref_branch, ref_branch, default_branch, tag, source_branch } = names
  const raw = { current_branch, head_ref_branch, base_ref_branch, ref_branch, default_branch, tag, source_branch }
  const contained = tagBranches.map((branch) => ['tag_branches', branch] as const)
  return unsafeNames([...Object.entries(raw), ...contained])
}
