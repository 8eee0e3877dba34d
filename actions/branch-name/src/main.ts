import type { Job } from '@container-actions/core'
import { type BranchOutputs, branchOutputs } from './branch-outputs.ts'
import type { Inputs } from './inputs.ts'
import { runNames } from './run-names.ts'
import { type SafeNames, safeNames } from './safe-name.ts'
import { isDeleted, sourceOf } from './source.ts'

/** Named as in action.yml, without `json`. */
export interface Names extends BranchOutputs, SafeNames {
  readonly pr_number: string
  readonly event_kind: string
  readonly deleted: string
  readonly is_fork: string
  readonly source_branch: string
  readonly source_repository: string
  readonly source_trusted: string
  readonly tag_branches: string
}

export type Outputs = { readonly [Name in keyof Names | 'json']: string }

export async function main(inputs: Inputs, job: Pick<Job, 'runner' | 'event'>): Promise<Outputs> {
  const { event } = job
  const names = runNames(event)
  const source = sourceOf(event)
  const outputs: Names = {
    ...branchOutputs(names, inputs),
    ...safeNames(names.unique, inputs.hashLength),
    pr_number: source.pullRequest,
    event_kind: names.kind,
    deleted: String(isDeleted(event)),
    is_fork: source.isFork === undefined ? '' : String(source.isFork),
    source_branch: source.branch,
    source_repository: source.repository,
    source_trusted: String(source.isFork === false),
    tag_branches: '[]',
  }
  return { ...outputs, json: JSON.stringify({ ...outputs, tag_branches: [] }) }
}
