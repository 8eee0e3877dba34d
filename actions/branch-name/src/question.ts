import { eventText, type GitHubEvent, isForkOf, repositoryOf, type Source } from '@container-actions/core'
import type { RunNames } from './run-names.ts'

/** What an event does not contain and only GitHub's API knows; `repository` is that of the run, as `owner/name`. */
export type Question = PullRequestQuestion | WorkflowRunQuestion | TagQuestion

/** Which branch a pull request comes from. */
export interface PullRequestQuestion {
  readonly about: 'pull request'
  readonly repository: string
  readonly number: string
}

/** Which pull request caused a workflow run. */
export interface WorkflowRunQuestion {
  readonly about: 'workflow run'
  readonly repository: string
  readonly headRepository: string
  readonly branch: string
  readonly sha: string
}

/** Which branches contain a tag's commit. */
export interface TagQuestion {
  readonly about: 'tag'
  readonly repository: string
  readonly sha: string
  /** Branches that may contain it, default branch first. */
  readonly candidates: readonly string[]
}

export type Answer =
  | { readonly about: 'pull request'; readonly branch: string; readonly headRepository: string }
  /** `number` is empty if no pull request matches. */
  | { readonly about: 'workflow run'; readonly number: string }
  | { readonly about: 'tag'; readonly branches: readonly string[] }

function tagQuestion(event: GitHubEvent, names: RunNames, source: Source): TagQuestion | undefined {
  if (event.sha === '') return undefined
  const candidates = new Set([names.defaultBranch, names.base, source.branch])
  candidates.delete('')
  return { about: 'tag', repository: repositoryOf(event), sha: event.sha, candidates: [...candidates] }
}

/** GitHub does not list the pull request of a run if it comes from a fork or is closed. */
function workflowRunQuestion(event: GitHubEvent, source: Source): WorkflowRunQuestion | undefined {
  const cause = eventText(event, 'workflow_run', 'event')
  if (!source.isFork && !cause.startsWith('pull_request')) return undefined
  if (source.pullRequest !== '' || source.repository === '' || source.branch === '') return undefined
  return {
    about: 'workflow run',
    repository: repositoryOf(event),
    headRepository: source.repository,
    branch: source.branch,
    sha: eventText(event, 'workflow_run', 'head_sha'),
  }
}

/** Returns the question that the event leaves open, if any. */
export function questionOf(event: GitHubEvent, names: RunNames, source: Source): Question | undefined {
  if (names.kind === 'tag') return tagQuestion(event, names, source)
  if (event.name === 'workflow_run') return workflowRunQuestion(event, source)
  if (event.name !== 'issue_comment' && event.name !== 'merge_group') return undefined
  if (source.pullRequest === '') return undefined
  return { about: 'pull request', repository: repositoryOf(event), number: source.pullRequest }
}

/** Adds GitHub's answer to the source. */
export function answered(source: Source, { repository }: Question, answer: Answer): Source {
  switch (answer.about) {
    case 'pull request':
      return {
        ...source,
        branch: answer.branch,
        repository: answer.headRepository,
        isFork: isForkOf(repository, answer.headRepository),
      }
    case 'workflow run':
      return { ...source, pullRequest: answer.number }
    case 'tag': {
      // GitHub may have guessed the branch that an event names with a tag; a branch that contains the tag is certain.
      const branch = answer.branches.includes(source.branch) ? source.branch : (answer.branches[0] ?? '')
      return { ...source, branch, repository: branch === '' ? '' : repository }
    }
  }
}

const OPEN = {
  'pull request': { outputs: 'source_branch and source_repository stay', permission: 'pull-requests: read' },
  'workflow run': { outputs: 'pr_number stays', permission: 'pull-requests: read' },
  tag: { outputs: 'tag_branches stays', permission: 'contents: read' },
} as const

/** The notice for an unanswered question: which outputs stay empty, why, and what to add to the workflow. */
export function openLine({ about }: Question, why: string): string {
  const { outputs, permission } = OPEN[about]
  return `${outputs} empty. ${why} The job needs 'permissions: ${permission}' for it.`
}
