import type { Release } from './release.ts'
import { compareVersions, type Version } from './version.ts'

/** From best to worst; `unknown` is not part of the order. */
export const STATUSES = ['fresh', 'stale', 'expiring', 'expired', 'below_minimum'] as const
export type Status = (typeof STATUSES)[number] | 'unknown'

/** Known versions of the runner. */
export interface Known {
  readonly installed: Version | undefined
  /** The version to compare with. */
  readonly latest: Version | undefined
  /** Empty if only the latest version could be determined. */
  readonly releases: readonly Release[]
}

export interface Limits {
  /** Days after a release within which GitHub requires it, or a newer one, to be installed. */
  readonly maxAgeDays: number
  /** Days before the deadline from which the status is `expiring`. */
  readonly warnDays: number
  /** The oldest version that GitHub allows to register. */
  readonly minVersion: Version
}

export interface Freshness {
  readonly status: Status
  /** Number of releases newer than the installed one, up to the latest; `undefined` if unknown. */
  readonly behind: number | undefined
  /** When GitHub stops assigning jobs to the installed version; `undefined` for the latest version or if unknown. */
  readonly deadline: Date | undefined
  /** Full days until then, rounded down; negative afterwards. */
  readonly daysLeft: number | undefined
}

const DAY = 24 * 60 * 60 * 1_000

function statusOf(known: Known, limits: Limits, daysLeft: number | undefined): Status {
  const { installed, latest } = known
  if (installed === undefined) return 'unknown'
  if (compareVersions(installed, limits.minVersion) < 0) return 'below_minimum'
  if (latest === undefined) return 'unknown'
  if (compareVersions(installed, latest) >= 0) return 'fresh'
  if (daysLeft === undefined) return 'stale'
  if (daysLeft < 0) return 'expired'
  return daysLeft <= limits.warnDays ? 'expiring' : 'stale'
}

/**
 * Determines how fresh the installed version is. Each release has to be installed within 30 days of its publication, so
 * the deadline counts from the first newer release, not from the age of the installed version:
 * https://docs.github.com/actions/reference/runners/self-hosted-runners#runner-software-updates-on-self-hosted-runners
 */
export function freshness(known: Known, limits: Limits, now: Date): Freshness {
  const { installed, latest, releases } = known
  if (installed === undefined || latest === undefined) {
    return { status: statusOf(known, limits, undefined), behind: undefined, deadline: undefined, daysLeft: undefined }
  }
  const newer = releases.filter(
    ({ version }) => compareVersions(version, installed) > 0 && compareVersions(version, latest) <= 0,
  )
  const first = Math.min(...newer.map(({ publishedAt }) => publishedAt.getTime()))
  const deadline = Number.isFinite(first) ? new Date(first + limits.maxAgeDays * DAY) : undefined
  const daysLeft = deadline && Math.floor((deadline.getTime() - now.getTime()) / DAY)
  const isCurrent = compareVersions(installed, latest) >= 0
  const behind = isCurrent ? 0 : newer.length || undefined
  return { status: statusOf(known, limits, daysLeft), behind, deadline, daysLeft }
}
