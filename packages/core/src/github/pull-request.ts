import type { GitHubEvent } from './event.ts'
import { hasObject, numberAt, textAt } from './payload.ts'

/** The pull request that an event is about, as far as the event tells. */
export interface PullRequest {
  /** Empty where it is not known. */
  readonly number: string
  readonly head: string
  readonly base: string
  /** `owner/name`; empty for a repository that is gone. */
  readonly headRepository: string
  readonly isFork: boolean
}

/** The repository that the run belongs to, as `owner/name`. */
export const repositoryOf = (event: GitHubEvent): string =>
  textAt(event.payload, 'repository', 'full_name') ||
  textAt(event.payload, 'pull_request', 'base', 'repo', 'full_name') ||
  event.repository

/**
 * Whether a pull request's branch is outside `repository`. A repository that is gone was one. What the webhook calls
 * `head.repo.fork` tells something else: whether that repository is itself a fork of any.
 */
export const isForkOf = (repository: string, headRepository: string): boolean =>
  headRepository === '' || headRepository.toLowerCase() !== repository.toLowerCase()

/**
 * The pull request of `pull_request`, `pull_request_target`, `pull_request_review` and its like. The payload comes
 * first: the environment has neither branch on reviews, and an old base after the base was changed.
 */
export function pullRequestOf(event: GitHubEvent): PullRequest | undefined {
  const { payload } = event
  if (!hasObject(payload, 'pull_request') && !event.name.startsWith('pull_request')) return undefined
  const headRepository = textAt(payload, 'pull_request', 'head', 'repo', 'full_name')
  return {
    number:
      numberAt(payload, 'pull_request', 'number') ||
      numberAt(payload, 'number') ||
      (/^refs\/pull\/(\d+)\//.exec(event.ref)?.[1] ?? ''),
    head: textAt(payload, 'pull_request', 'head', 'ref') || event.headRef,
    base: textAt(payload, 'pull_request', 'base', 'ref') || event.baseRef,
    headRepository,
    isFork: isForkOf(repositoryOf(event), headRepository),
  }
}
