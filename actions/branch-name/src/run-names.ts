import {
  branchOf,
  type GitHubEvent,
  mergeGroupOf,
  type PullRequest,
  pullRequestOf,
  type Ref,
  runRef,
  textAt,
} from '@container-actions/core'

/** What a run is on, in raw names: nothing is stripped, replaced or escaped. Empty where there is none. */
export interface RunNames {
  readonly kind: 'branch' | 'tag' | 'pull_request' | 'merge_group' | 'none'
  readonly tag: string
  /** The run's ref without its kind, as `main` or `12/merge`; empty on tags. */
  readonly ref: string
  readonly head: string
  readonly base: string
  readonly defaultBranch: string
  readonly isDefault: boolean
  /** The one name among all of the repository and its forks: what safe names are made of. */
  readonly unique: string
}

function defaultBranchOf(event: GitHubEvent, ref: Ref): string {
  const { payload } = event
  const told =
    textAt(payload, 'repository', 'default_branch') ||
    textAt(payload, 'pull_request', 'base', 'repo', 'default_branch') ||
    textAt(payload, 'master_branch')
  // A schedule runs on the default branch only, and its payload need not name the repository.
  return told || (event.name === 'schedule' && ref.kind === 'branch' ? ref.name : '')
}

/** A fork's branch gets what no ref can hold, a colon, so that it is never taken for one of ours. */
function uniqueHead({ head, headRepository, isFork, number }: PullRequest): string {
  if (head === '' || !isFork) return head
  const owner = headRepository.split('/')[0]
  return `${owner || `pull/${number}`}:${head}`
}

function onPullRequest(pull: PullRequest, ref: Ref, defaultBranch: string): RunNames {
  return {
    kind: 'pull_request',
    tag: '',
    ref: ref.name,
    head: pull.head,
    base: pull.base,
    defaultBranch,
    isDefault: !pull.isFork && pull.head !== '' && pull.head === defaultBranch,
    unique: uniqueHead(pull),
  }
}

/** Reads what a run is on from its event: the payload where it tells, else the environment. */
export function runNames(event: GitHubEvent): RunNames {
  const ref = runRef(event)
  const defaultBranch = defaultBranchOf(event, ref)
  const pull = pullRequestOf(event)
  if (pull) return onPullRequest(pull, ref, defaultBranch)
  const { name } = ref
  const none = { tag: '', ref: name, head: '', base: '', defaultBranch, isDefault: false, unique: name }
  if (ref.kind === 'tag') {
    return { ...none, kind: 'tag', tag: name, ref: '', base: branchOf(textAt(event.payload, 'base_ref')) }
  }
  const group = mergeGroupOf(event)
  if (group) return { ...none, kind: 'merge_group', base: group.base }
  if (ref.kind !== 'branch') return { ...none, kind: 'none' }
  return { ...none, kind: 'branch', isDefault: name === defaultBranch }
}
