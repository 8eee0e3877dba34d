import type { InputReader } from '@container-actions/core'
import { STATUSES, type Status } from './freshness.ts'
import { parseVersion, type Version } from './version.ts'

export const CHANNELS = ['latest', 'organization'] as const

/** Statuses at which the step can fail; `never` for none. */
const FAILURES = ['never', ...STATUSES.slice(1)] as const

export interface Inputs {
  /** `auto`, a version, a folder or a Dockerfile. */
  readonly installed: string
  readonly channel: (typeof CHANNELS)[number]
  readonly token: string | undefined
  readonly maxAgeDays: number
  readonly warnDays: number
  readonly minVersion: Version
  readonly failOn: (typeof FAILURES)[number]
}

/** Whether a status is the configured one or a worse one. */
export const failsOn = (status: Status, from: Inputs['failOn']): boolean =>
  from !== 'never' && status !== 'unknown' && STATUSES.indexOf(status) >= STATUSES.indexOf(from)

function readMinimum(input: InputReader): Version {
  const given = input.string('min_version')
  const version = parseVersion(given)
  if (version === undefined && given !== '') {
    input.reject(`Input 'min_version' must be a version like 2.329.0; it is ${JSON.stringify(given)}.`)
  }
  return version ?? { text: given, numbers: [0, 0, 0] }
}

export const readInputs = (input: InputReader): Inputs => ({
  installed: input.string('installed'),
  channel: input.oneOf('channel', CHANNELS),
  token: input.optional('github_token'),
  maxAgeDays: input.integer('max_age_days', { min: 0, max: 3650 }),
  warnDays: input.integer('warn_days', { min: 0, max: 3650 }),
  minVersion: readMinimum(input),
  failOn: input.oneOf('fail_on', FAILURES),
})
