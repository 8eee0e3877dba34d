import type { GitHubEvent } from './event.ts'
import { eventText } from './payload.ts'
import { branchOf } from './ref.ts'

/** A group of pull requests in the merge queue. */
export interface MergeGroup {
  readonly base: string
  /** The number of the last pull request of the group, the only one that appears in its name. */
  readonly pullRequest: string
}

/** The merge group of an event, from its payload or otherwise from the queue's branch. */
export function mergeGroupOf(event: GitHubEvent): MergeGroup | undefined {
  if (event.name !== 'merge_group') return undefined
  const queue = branchOf(eventText(event, 'merge_group', 'head_ref') || event.ref)
  const [, base = '', pullRequest = ''] = /^gh-readonly-queue\/(.+)\/pr-(\d+)-[0-9a-f]+$/.exec(queue) ?? []
  return { base: branchOf(eventText(event, 'merge_group', 'base_ref')) || base, pullRequest }
}
