import type { GitHubEvent } from './event.ts'
import { eventHas, eventNumber, eventText } from './payload.ts'

/** The pull request of an event, as far as the event describes it. */
export interface PullRequest {
  /** Empty if unknown. */
  readonly number: string
  readonly head: string
  readonly base: string
  /** `owner/name`; empty for a deleted repository. */
  readonly headRepository: string
  readonly isFork: boolean
}

/** The repository that the run belongs to, as `owner/name`. */
export const repositoryOf = (event: GitHubEvent): string =>
  eventText(event, 'repository', 'full_name') ||
  eventText(event, 'pull_request', 'base', 'repo', 'full_name') ||
  event.repository

/**
 * Whether a pull request's branch is outside `repository`. A deleted repository counts as a fork. The webhook's
 * `head.repo.fork` has a different meaning: whether that repository is itself a fork of any other.
 */
export const isForkOf = (repository: string, headRepository: string): boolean =>
  headRepository === '' || headRepository.toLowerCase() !== repository.toLowerCase()

/**
 * The pull request of `pull_request`, `pull_request_target`, `pull_request_review` and similar events. The payload
 * takes precedence: for reviews, the environment has neither branch, and after the base was changed it has the old
 * base.
 */
export function pullRequestOf(event: GitHubEvent): PullRequest | undefined {
  if (!eventHas(event, 'pull_request') && !event.name.startsWith('pull_request')) return undefined
  const headRepository = eventText(event, 'pull_request', 'head', 'repo', 'full_name')
  return {
    number:
      eventNumber(event, 'pull_request', 'number') ||
      eventNumber(event, 'number') ||
      (/^refs\/pull\/(\d+)\//.exec(event.ref)?.[1] ?? ''),
    head: eventText(event, 'pull_request', 'head', 'ref') || event.headRef,
    base: eventText(event, 'pull_request', 'base', 'ref') || event.baseRef,
    headRepository,
    isFork: isForkOf(repositoryOf(event), headRepository),
  }
}
