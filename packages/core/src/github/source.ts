import type { GitHubEvent } from './event.ts'
import { mergeGroupOf } from './merge-group.ts'
import { eventHas, eventList, eventNumber, eventText, numberAt, textAt } from './payload.ts'
import { isForkOf, pullRequestOf, repositoryOf } from './pull-request.ts'
import { branchOf, runRef } from './ref.ts'

/** What an event is about, which may differ from what the run is on. Missing or unknown names are empty. */
export interface Source {
  readonly branch: string
  /** `owner/name`. */
  readonly repository: string
  /** `undefined` if unknown. */
  readonly isFork: boolean | undefined
  readonly pullRequest: string
}

const NOTHING: Source = { branch: '', repository: '', isFork: false, pullRequest: '' }
const UNKNOWN: Source = { ...NOTHING, isFork: undefined }

/** A commit, in places where GitHub accepts one instead of a branch. */
const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

/** The source is in `repository`; `branch` may be a commit, which is not a branch name. */
const own = (event: GitHubEvent, branch: string): Source =>
  branch === '' || isSha(branch) ? NOTHING : { ...NOTHING, branch, repository: repositoryOf(event) }

/** The first pull request into this repository; GitHub also lists those from the same branch into others. */
function listedPullRequest(event: GitHubEvent, ...path: string[]): string {
  const id = eventNumber(event, 'repository', 'id')
  const ours = eventList(event, ...path).find((pull) => {
    const base = numberAt(pull, 'base', 'repo', 'id')
    return id === '' || base === '' || base === id
  })
  return numberAt(ours, 'number')
}

function ofWorkflowRun(event: GitHubEvent): Source {
  const repository = eventText(event, 'workflow_run', 'head_repository', 'full_name')
  return {
    branch: eventText(event, 'workflow_run', 'head_branch'),
    repository,
    isFork: isForkOf(repositoryOf(event), repository),
    pullRequest: listedPullRequest(event, 'workflow_run', 'pull_requests'),
  }
}

/** The head branch of a check is null if it belongs to a fork. */
function ofCheckSuite(event: GitHubEvent, ...path: string[]): Source {
  const branch = eventText(event, ...path, 'head_branch')
  if (branch === '') return UNKNOWN
  return { ...own(event, branch), pullRequest: listedPullRequest(event, ...path, 'pull_requests') }
}

function ofCheckRun(event: GitHubEvent): Source {
  const suite = ofCheckSuite(event, 'check_run', 'check_suite')
  return { ...suite, pullRequest: suite.pullRequest || listedPullRequest(event, 'check_run', 'pull_requests') }
}

/** A commit can be the head of several branches; then none of them is the source. */
function ofStatus(event: GitHubEvent): Source {
  const branches = eventList(event, 'branches')
  if (branches.length === 0) return UNKNOWN
  return own(event, branches.length === 1 ? textAt(branches[0], 'name') : '')
}

function ofDeployment(event: GitHubEvent): Source {
  const ref = eventText(event, 'deployment', 'ref')
  if (isSha(ref)) return UNKNOWN
  return own(event, runRef(event).kind === 'tag' ? '' : branchOf(ref))
}

/**
 * A pushed, created, deleted or dispatched ref: a branch is its own source, a tag has the branch that the event names.
 */
function ofRef(event: GitHubEvent): Source {
  const ref = eventText(event, 'ref')
  // `create` and `delete` contain a short ref and its type, all others a full ref.
  const type = eventText(event, 'ref_type') || (ref.startsWith('refs/tags/') ? 'tag' : '')
  if (type === 'tag') return own(event, branchOf(eventText(event, 'base_ref')))
  const { kind, name } = runRef(event)
  return own(event, (type === 'branch' ? ref : branchOf(ref)) || (kind === 'branch' ? name : ''))
}

function ofPullRequest(event: GitHubEvent): Source | undefined {
  const pull = pullRequestOf(event)
  if (!pull) return undefined
  return { branch: pull.head, repository: pull.headRepository, isFork: pull.isFork, pullRequest: pull.number }
}

/** Determines what an event is about, as far as the event itself tells. */
export function sourceOf(event: GitHubEvent): Source {
  switch (event.name) {
    case 'push':
    case 'create':
    case 'delete':
    case 'workflow_dispatch':
    case 'schedule':
      return ofRef(event)
    case 'workflow_run':
      return ofWorkflowRun(event)
    case 'check_suite':
      return ofCheckSuite(event, 'check_suite')
    case 'check_run':
      return ofCheckRun(event)
    case 'status':
      return ofStatus(event)
    case 'deployment':
    case 'deployment_status':
      return ofDeployment(event)
    case 'release':
      return own(event, branchOf(eventText(event, 'release', 'target_commitish')))
    case 'registry_package':
      return own(event, branchOf(eventText(event, 'registry_package', 'package_version', 'target_commitish')))
    case 'merge_group':
      return { ...UNKNOWN, pullRequest: mergeGroupOf(event)?.pullRequest ?? '' }
    case 'issue_comment':
      if (!eventHas(event, 'issue', 'pull_request')) return NOTHING
      return { ...UNKNOWN, pullRequest: eventNumber(event, 'issue', 'number') }
    default:
      return ofPullRequest(event) ?? NOTHING
  }
}

/** Whether a push or delete event reports that its ref was deleted. */
export const isDeleted = (event: GitHubEvent): boolean => event.name === 'delete' || event.payload['deleted'] === true
