import { randomUUID } from 'node:crypto'
import {
  accessSync,
  constants,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from './failure.ts'
import { tryOrUndefined } from './try-or-undefined.ts'

/**
 * A lock older than this, in ms, is stale, because its owner keeps touching it while it runs; so is one with a
 * timestamp in the future.
 */
const STALE = 5_000

/** Longest polling interval, in ms, before jitter. */
const PAUSE = 50

/** When a wait is reported, and when it times out, in ms. */
const REPORT = 10_000
const LIMIT = 10 * 60_000

const ownerOf = (lock: string): string | undefined => tryOrUndefined(() => readFileSync(lock, 'utf8'))

/**
 * Whether the lock is left over from `id`, or from an owner that was killed. A lock that has disappeared does not
 * count: the next check may find a new one.
 */
function isLeft(lock: string, id: string): boolean {
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (written === undefined) return false
  return Math.abs(Date.now() - written) >= STALE || ownerOf(lock) === id
}

/** Suffix of a lock that a process has moved aside, to inspect it exclusively. */
const ASIDE = '-aside'

/**
 * Moves a stale lock aside. By then it may be the new lock of a faster process: in that case it is restored, replacing
 * whatever was created in the meantime.
 */
function removeLeft(lock: string, id: string): true {
  const aside = `${lock}-${randomUUID()}${ASIDE}`
  renameSync(lock, aside)
  if (isLeft(aside, id)) rmSync(aside, { force: true })
  else renameSync(aside, lock)
  return true
}

/**
 * Looks for locks that were moved aside. Removes those of `id`, and of processes that have been killed.
 *
 * @returns whether there is another one, which may still be restored
 */
function isUnderReview(lock: string, id: string): boolean {
  const folder = dirname(lock)
  const names = readdirSync(folder).filter((name) => name.startsWith(`${basename(lock)}-`) && name.endsWith(ASIDE))
  const asides = names.map((name) => join(folder, name))
  const left = asides.filter((aside) => isLeft(aside, id))
  for (const aside of left) rmSync(aside, { force: true })
  return left.length < asides.length
}

/**
 * Creates the lock, unless it exists.
 *
 * @returns whether it was created
 * @throws the system's error where this user may not create it, even once another process has released it: a file that
 *   exists is reported before a folder that nobody, or not this user, may write to
 */
function take(lock: string, id: string): boolean {
  try {
    writeFileSync(lock, id, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    accessSync(dirname(lock), constants.W_OK | constants.X_OK)
    const found = lstatSync(lock, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) return false
    throw new Failure(`${lock} should be a lock file, but is not a file. Remove it.`)
  }
}

/** The process that requests a lock. */
export interface LockHolder {
  readonly id: string
  readonly signal: AbortSignal
  /** Called with a log line if the lock has to be waited for. */
  readonly report?: (line: string) => void
}

/** Waits until the lock is acquired. Another process may have moved the existing lock aside only to inspect it. */
async function acquire(lock: string, { id, signal, report }: LockHolder): Promise<void> {
  const begun = performance.now()
  let reported = false
  for (let mine = false; ; ) {
    mine = (mine && ownerOf(lock) === id) || take(lock, id)
    if (mine && !isUnderReview(lock, id) && ownerOf(lock) === id) return
    signal.throwIfAborted()
    // A lock that this user may not touch is waited for like any other.
    if (!mine && isLeft(lock, id) && tryOrUndefined(() => removeLeft(lock, id))) continue
    const waited = performance.now() - begun
    if (waited >= LIMIT) {
      throw new Failure(
        `The lock ${lock} has been held by another process for ${LIMIT / 60_000} minutes. Remove it if no other job is running on this machine.`,
      )
    }
    if (waited >= REPORT && !reported) {
      reported = true
      report?.(`Waiting for the lock ${lock}, which another process holds.`)
    }
    await delay(Math.random() * PAUSE, undefined, { signal })
  }
}

/**
 * Runs `work` while no other process that uses the same lock file does. Takes over a lock that is left over from the
 * holder's ID, or whose owner no longer runs.
 *
 * @throws {Failure} if another process holds the lock for minutes; the system's error where no lock can be created
 */
export async function holdLock<T>(lock: string, holder: LockHolder, work: () => T | Promise<T>): Promise<T> {
  const { id } = holder
  await acquire(lock, holder)
  const alive = setInterval(() => tryOrUndefined(() => utimesSync(lock, new Date(), new Date())), STALE / 5)
  try {
    return await work()
  } finally {
    clearInterval(alive)
    if (ownerOf(lock) === id) rmSync(lock, { force: true })
    // It may have been moved aside just now.
    else tryOrUndefined(() => isUnderReview(lock, id))
  }
}

/** Runs `work`, which may read and write the login file `file`, while no other process does. */
export const withLock = (file: string, holder: LockHolder, work: () => void): Promise<void> =>
  holdLock(`${file}.ecr-login-lock`, holder, work)
