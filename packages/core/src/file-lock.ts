import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from './failure.ts'
import { orNothing } from './or-nothing.ts'

/** The owner of an older lock was killed, in ms: who holds one for long keeps it young. So was that of one from the future. */
const STALE = 5_000

/** Longest polling interval, in ms, before jitter. */
const PAUSE = 50

/** How long a lock that was taken over is left alone before it is read back, in ms. */
const SETTLE = 50

/** When a wait is reported, and when it ends, in ms. */
const REPORT = 10_000
const LIMIT = 10 * 60_000

const ownerOf = (lock: string): string | undefined => orNothing(() => readFileSync(lock, 'utf8'))

/**
 * Whether `id`, or an owner that was killed, has left the lock behind. One that is gone by now is not left: the next look
 * may find that of a third.
 */
function isLeft(lock: string, id: string): boolean {
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (written === undefined) return false
  return Math.abs(Date.now() - written) >= STALE || ownerOf(lock) === id
}

/** Takes a lock that was left behind out of the way; one that turns out to be new is put back. */
function removeLeft(lock: string): void {
  const aside = `${lock}.${randomUUID()}`
  const { ino } = statSync(lock)
  renameSync(lock, aside)
  if (statSync(aside).ino !== ino) orNothing(() => linkSync(aside, lock))
  rmSync(aside, { force: true })
}

function take(lock: string, id: string): boolean {
  try {
    writeFileSync(lock, id, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return false
  }
}

/** Who wants a lock. */
export interface LockHolder {
  readonly id: string
  readonly signal: AbortSignal
  /** Is given a line when the lock is waited for. */
  readonly report?: (line: string) => void
}

/** Waits until the lock is ours; one that was taken over has to stay so, as several may have found the same one. */
async function acquire(lock: string, { id, signal, report }: LockHolder): Promise<void> {
  const begun = performance.now()
  let reported = false
  for (let over = false; ; ) {
    if (take(lock, id)) {
      if (!over) return
      await delay(SETTLE, undefined, { signal })
      if (ownerOf(lock) === id) return
    }
    signal.throwIfAborted()
    if (isLeft(lock, id)) {
      over = true
      orNothing(() => removeLeft(lock))
      continue
    }
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
  const alive = setInterval(() => orNothing(() => utimesSync(lock, new Date(), new Date())), STALE / 5)
  try {
    return await work()
  } finally {
    clearInterval(alive)
    if (ownerOf(lock) === id) rmSync(lock, { force: true })
  }
}

/** Does `work`, which may read and write the login file `file`, while no other process does the same. */
export const withLock = (file: string, holder: LockHolder, work: () => void): Promise<void> =>
  holdLock(`${file}.ecr-login-lock`, holder, work)
