import type { GitHubEvent } from './event.ts'
import { type Source, sourceOf } from './source.ts'

/** Whether the source of an event is known to be this repository. Unknown sources are not trusted. */
export const isTrusted = ({ isFork }: Source): boolean => isFork === false

/**
 * The events whose run builds what the event is about. Others run on the default branch although a stranger triggered
 * them (`workflow_run`, `issue_comment`): a cache that they write would be read by every later build.
 */
const BUILDERS = ['push', 'schedule', 'workflow_dispatch', 'pull_request', 'pull_request_target']

/** Whether a run may write a cache that later runs read; all runs may read it. */
export const mayWriteCache = (event: GitHubEvent): boolean =>
  BUILDERS.includes(event.name) && isTrusted(sourceOf(event))
