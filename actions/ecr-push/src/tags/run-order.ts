import type { GitHubEvent } from '@container-actions/core'
import { eventLabels, RUN_ID_LABEL, withEventLabels } from './image-labels.ts'

/** The workflow run that an image was built in. */
export interface Run {
  /** URL of the repository with the sources. */
  readonly source: string
  /** Increases over the life of a repository; a re-run keeps it. */
  readonly id: string
}

/** The run in an image's labels. */
export function runOfImage(labels: Readonly<Record<string, string>> = {}): Run | undefined {
  const { 'org.opencontainers.image.source': source, [RUN_ID_LABEL]: id } = labels
  return source && id !== undefined && /^\d+$/.test(id) ? { source, id } : undefined
}

/**
 * The run of this step, as recorded in the labels of its images.
 *
 * @param given labels of the user, `name=value`, which override the automatic ones
 */
export function runOfEvent(event: GitHubEvent, given: readonly string[] = []): Run | undefined {
  const labels = withEventLabels(given, eventLabels(event, { version: '', created: new Date() }))
  return runOfImage(Object.fromEntries(labels.map((label) => /^([^=]*)=?(.*)$/s.exec(label)?.slice(1) ?? [])))
}

/** The order of two runs; runs of different repositories are not comparable. */
export type Order = 'newer' | 'older' | 'same' | 'unknown'

export function orderOf(theirs: Run | undefined, ours: Run): Order {
  if (theirs?.source !== ours.source) return 'unknown'
  const [their, our] = [BigInt(theirs.id), BigInt(ours.id)]
  if (their === our) return 'same'
  return their > our ? 'newer' : 'older'
}
