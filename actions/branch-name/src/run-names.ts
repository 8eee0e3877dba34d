import {
  branchOf,
  eventText,
  type GitHubEvent,
  mergeGroupOf,
  type PullRequest,
  pullRequestOf,
  type Ref,
  runRef,
} from '@container-actions/core'

/** What a run is on, as raw names: nothing is stripped, replaced or escaped. A missing name is empty. */
export interface RunNames {
  readonly kind: 'branch' | 'tag' | 'pull_request' | 'merge_group' | 'none'
  readonly tag: string
  /** The run's ref without its type, such as `main` or `12/merge`; empty on tags. */
  readonly ref: string
  readonly head: string
  readonly base: string
  readonly defaultBranch: string
  readonly isDefault: boolean
  /** A name that is unique among the repository and its forks; safe names are derived from it. */
  readonly unique: string
}

function defaultBranchOf(event: GitHubEvent, ref: Ref): string {
  const told =
    eventText(event, 'repository', 'default_branch') ||
    eventText(event, 'pull_request', 'base', 'repo', 'default_branch') ||
    eventText(event, 'master_branch')
  // A schedule runs only on the default branch, and its payload may not name the repository.
  return told || (event.name === 'schedule' && ref.kind === 'branch' ? ref.name : '')
}

/**
 * Adds a colon, which no ref can contain, to a fork's branch, so that it is never confused with a branch of this
 * repository.
 */
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

/** Determines what a run is on, from the event payload if possible, otherwise from the environment. */
export function runNames(event: GitHubEvent): RunNames {
  const ref = runRef(event)
  const defaultBranch = defaultBranchOf(event, ref)
  const pull = pullRequestOf(event)
  if (pull) return onPullRequest(pull, ref, defaultBranch)
  const { name } = ref
  const none = { tag: '', ref: name, head: '', base: '', defaultBranch, isDefault: false, unique: name }
  if (ref.kind === 'tag') {
    return { ...none, kind: 'tag', tag: name, ref: '', base: branchOf(eventText(event, 'base_ref')) }
  }
  const group = mergeGroupOf(event)
  if (group) return { ...none, kind: 'merge_group', base: group.base }
  if (ref.kind !== 'branch') return { ...none, kind: 'none' }
  return { ...none, kind: 'branch', isDefault: name === defaultBranch }
}
