import { code, table } from '@container-actions/core'
import type { Freshness, Status } from './freshness.ts'
import type { Outputs } from './outputs.ts'

const CURE = 'Rebuild the image or update the runner.'

const WORDS: Readonly<Record<Status, (outputs: Outputs, found: Freshness) => string>> = {
  unknown: ({ latest }) => `is ${latest === '' ? 'compared with nothing' : `unknown; the latest is ${latest}`}.`,
  fresh: () => 'is the latest.',
  stale: ({ latest }, { behind, daysLeft }) =>
    `is ${behind ?? 'some'} release${behind === 1 ? '' : 's'} behind ${latest}${daysLeft === undefined ? '' : `; GitHub gives it jobs for ${daysLeft} more day${daysLeft === 1 ? '' : 's'}`}.`,
  expiring: ({ latest, deadline }, { daysLeft }) =>
    `gets no jobs after ${deadline.slice(0, 10)} (${daysLeft} day${daysLeft === 1 ? '' : 's'} left); the latest is ${latest}. ${CURE}`,
  expired: ({ latest, deadline }) =>
    `is past ${deadline.slice(0, 10)}, when GitHub stopped assigning jobs to it; the latest is ${latest}. ${CURE}`,
  below_minimum: ({ latest }) =>
    `is older than GitHub lets register${latest === '' ? '' : `; the latest is ${latest}`}. ${CURE}`,
}

/** The result in one line. */
export const line = (outputs: Outputs, found: Freshness): string =>
  `Runner ${outputs.installed || '(unknown)'} ${WORDS[found.status](outputs, found)}`

/** The outputs as a table for the job summary. */
export const summary = (outputs: Outputs): string =>
  `### Runner version\n\n${table(
    ['installed', 'latest', 'status', 'behind', 'deadline', 'days left'],
    [
      [
        outputs.installed,
        outputs.latest,
        outputs.status,
        outputs.behind,
        outputs.deadline.slice(0, 10),
        outputs.days_left,
      ].map((value) => (value === '' ? '' : code(value))),
    ],
  )}`
