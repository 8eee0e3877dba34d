import { randomUUID } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from './failure.ts'
import { tryOrUndefined } from './try-or-undefined.ts'

/** The owner of an older lock was killed, in ms: who holds one for long keeps it young. So was that of one from the future. */
const STALE = 5_000

/** Longest polling interval, in ms, before jitter. */
const PAUSE = 50

/** When a wait is reported, and when it ends, in ms. */
const REPORT = 10_000
const LIMIT = 10 * 60_000

const ownerOf = (lock: string): string | undefined => tryOrUndefined(() => readFileSync(lock, 'utf8'))

/**
 * Whether `id`, or an owner that was killed, has left the lock behind. One that is gone by now is not left: the next look
 * may find that of a third.
 */
function isLeft(lock: string, id: string): boolean {
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (written === undefined) return false
  return Math.abs(Date.now() - written) >= STALE || ownerOf(lock) === id
}

/** How the name of a lock ends that a process has taken out of the way, to look at it where nobody else does. */
const ASIDE = '-aside'

/**
 * Takes a lock that was left behind out of the way. By then it may be the new one of a process that was faster: that is
 * put back, over whatever was made in its place meanwhile.
 */
function removeLeft(lock: string, id: string): true {
  const aside = `${lock}-${randomUUID()}${ASIDE}`
  renameSync(lock, aside)
  if (isLeft(aside, id)) rmSync(aside, { force: true })
  else renameSync(aside, lock)
  return true
}

/**
 * Looks for locks out of the way. Those of `id`, and of processes that were killed meanwhile, are removed.
 *
 * @returns whether there is another one, which may yet be put back
 */
function isUnderReview(lock: string, id: string): boolean {
  const folder = dirname(lock)
  const names = readdirSync(folder).filter((name) => name.startsWith(`${basename(lock)}-`) && name.endsWith(ASIDE))
  const asides = names.map((name) => join(folder, name))
  const left = asides.filter((aside) => isLeft(aside, id))
  for (const aside of left) rmSync(aside, { force: true })
  return left.length < asides.length
}

function take(lock: string, id: string): boolean {
  try {
    writeFileSync(lock, id, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const found = lstatSync(lock, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) return false
    throw new Failure(`${lock} is in the place of a lock file, and is not a file. Remove it.`)
  }
}

/** Who wants a lock. */
export interface LockHolder {
  readonly id: string
  readonly signal: AbortSignal
  /** Is given a line when the lock is waited for. */
  readonly report?: (line: string) => void
}

/** Waits until the lock is ours. What stands in its place meanwhile may be out of the way only to be looked at. */
async function acquire(lock: string, { id, signal, report }: LockHolder): Promise<void> {
  const begun = performance.now()
  let reported = false
  for (let mine = false; ; ) {
    mine = (mine && ownerOf(lock) === id) || take(lock, id)
    if (mine && !isUnderReview(lock, id) && ownerOf(lock) === id) return
    signal.throwIfAborted()
    // One that this user may not touch is waited for like any other.
    if (!mine && isLeft(lock, id) && tryOrUndefined(() => removeLeft(lock, id))) continue
    const waited = performance.now() - begun
    if (waited >= LIMIT) {
      throw new Failure(
        `The lock ${lock} has been held by another process for ${LIMIT / 60_000} minutes. Remove it where no other job of this machine is at work.`,
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
 * Does `work` while no other process does so that holds the same lock file by this function. A lock that the holder's id
 * has left behind is taken over, and one whose owner does not live any more.
 *
 * @throws {Failure} where another process holds the lock for minutes
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
    // It may be out of the way just now.
    else tryOrUndefined(() => isUnderReview(lock, id))
  }
}

/** Does `work`, which may read and write the login file `file`, while no other process does the same. */
export const withLock = (file: string, holder: LockHolder, work: () => void): Promise<void> =>
  holdLock(`${file}.ecr-login-lock`, holder, work)
