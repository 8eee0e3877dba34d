import { statSync } from 'node:fs'
import { join } from 'node:path'
import { reason, tryOrUndefined, WebError } from '@container-actions/core'
import { readReleases } from '../release.ts'
import { readCache } from '../release-cache.ts'
import { findReleases, type Releases, type Source } from '../releases.ts'
import { isPaused, pause } from './pause.ts'

const DAY = 24 * 60 * 60 * 1_000

/** How long a failed question is not asked again, in ms; a whole host that starts over and over asks as one. */
const AFTER_FAILURE = 5 * 60 * 1_000

/** Days since the listener was built, by the time of its file; infinite for one of the future or unknown. */
export function ageInDays(folder: string, now: Date): number {
  const built = tryOrUndefined(() => statSync(join(folder, 'bin', 'Runner.Listener.deps.json')).mtimeMs)
  const age = built === undefined ? -1 : (now.getTime() - built) / DAY
  return age < 0 ? Number.POSITIVE_INFINITY : age
}

export interface Check {
  /** For the answers; several containers may share it. */
  readonly cacheFolder: string
  /** How long an answer holds at most, in ms; chance takes up to a third off, so that not all ask at once. */
  readonly checkAgain: number
  /** For the whole question, in ms. */
  readonly budget: number
}

/** GitHub's releases, with a question that has an end. */
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

/** What GitHub says at this moment, with nothing of a cache that others could have changed. */
export const releasesNow = (source: Asked, budget: number): Promise<Releases> =>
  ask({ ...source, cacheFile: undefined, timeout: budget }, budget)

/** What is known of the releases, without a question while the last answer holds. */
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
