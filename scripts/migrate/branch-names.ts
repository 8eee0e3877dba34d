import type { Step } from './step.ts'
import type { Change, Translation } from './translation.ts'

/** The first version whose `current_branch` is empty on tags: https://github.com/tj-actions/branch-names/pull/168 */
const FIRST_WITHOUT_TAG = 6

/** tj-actions/branch-names: same inputs and outputs, except for `current_branch` on tags since v6. */
export function branchNames({ inputs }: Step, version: string | undefined): Translation {
  const major = Number(/^v?(\d+)/.exec(version ?? '')?.[1])
  if (Number.isNaN(major)) {
    return {
      left: 'Its version is unknown, and since v6 current_branch is empty on tags. Add the version after the ref, as in `# v9.0.0`.',
    }
  }
  const empty: Change[] =
    major < FIRST_WITHOUT_TAG || inputs.has('current_branch_on_tag')
      ? []
      : [{ kind: 'add', name: 'current_branch_on_tag', value: 'empty' }]
  return { action: 'branch-name', changes: empty }
}
