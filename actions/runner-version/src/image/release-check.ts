import { statSync } from 'node:fs'
import { join } from 'node:path'
import { reason, tryOrUndefined, WebError } from '@container-actions/core'
import { readReleases } from '../release.ts'
import { readCache } from '../release-cache.ts'
import { findReleases, type Releases, type Source } from '../releases.ts'
import { isPaused, pause } from './pause.ts'

const DAY = 24 * 60 * 60 * 1_000

/** How long a failed check is not repeated, in ms; all containers of a host that restarts repeatedly count together. */
const AFTER_FAILURE = 5 * 60 * 1_000

/**
 * Age of the runner in days, by the modification time of its listener; infinite if that is unknown or in the future.
 */
export function ageInDays(folder: string, now: Date): number {
  const built = tryOrUndefined(() => statSync(join(folder, 'bin', 'Runner.Listener.deps.json')).mtimeMs)
  const age = built === undefined ? -1 : (now.getTime() - built) / DAY
  return age < 0 ? Number.POSITIVE_INFINITY : age
}

export interface Check {
  /** Folder for cached responses; several containers may share it. */
  readonly cacheFolder: string
  /**
   * Maximum age of a cached response, in ms; jitter reduces it by up to a third, so that not all containers check at
   * once.
   */
  readonly checkAgain: number
  /** Time budget for the whole check, in ms. */
  readonly budget: number
}

/** Queries GitHub's releases within a time budget. */
async function ask(source: Source, budget: number): Promise<Releases> {
  const signal = AbortSignal.any([source.signal, AbortSignal.timeout(budget)])
  try {
    return await findReleases({ ...source, signal, timeout: budget })
  } catch (error) {
    source.signal.throwIfAborted()
    if (!signal.aborted && !(error instanceof WebError)) throw error
    const why = signal.aborted ? `no answer within ${budget / 1_000} s` : reason(error)
    return { releases: [], latest: undefined, notices: [`GitHub does not tell its releases: ${why}.`] }
  }
}

type Asked = Omit<Source, 'cacheFile' | 'timeout'>

/** Current releases, without a cache that other processes could have modified. */
export const releasesNow = (source: Asked, budget: number): Promise<Releases> =>
  ask({ ...source, cacheFile: undefined, timeout: budget }, budget)

/** The known releases, without a request as long as the cached response is valid. */
export async function knownReleases(source: Asked, check: Check, now: Date): Promise<Releases> {
  const { cacheFolder, checkAgain, budget } = check
  const [cacheFile, untilFile] = [join(cacheFolder, 'releases.json'), join(cacheFolder, 'ask-again-at')]
  if (isPaused(untilFile, now, Math.max(checkAgain, AFTER_FAILURE))) {
    const releases = tryOrUndefined(() => readReleases(readCache(cacheFile)?.answer)) ?? []
    return { releases, latest: releases[0]?.version, notices: [] }
  }
  const found = await ask({ ...source, cacheFile, timeout: budget }, budget)
  pause(untilFile, now, (found.releases.length > 0 ? checkAgain : AFTER_FAILURE) * (1 - Math.random() / 3))
  return found
}
