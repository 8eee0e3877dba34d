import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { orNothing } from './or-nothing.ts'

/** The owner of an older lock was killed, in ms: who holds one for long keeps it young. */
const STALE = 5_000

/** The longest pause between two looks, in ms; chance shortens it. */
const PAUSE = 50

const ownerOf = (lock: string): string | undefined => orNothing(() => readFileSync(lock, 'utf8'))

/**
 * Whether `id`, or an owner that was killed, has left the lock behind. One that is gone by now is not left: the next look
 * may find that of a third.
 */
function isLeft(lock: string, id: string): boolean {
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY
  return Date.now() - written >= STALE || ownerOf(lock) === id
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

/**
 * Does `work` while no other process does so that holds the same lock file by this function. A lock that `id` has left
 * behind is taken over, and one whose owner does not live any more.
 */
export async function holdLock<T>(
  lock: string,
  id: string,
  signal: AbortSignal,
  work: () => T | Promise<T>,
): Promise<T> {
  while (!take(lock, id)) {
    if (isLeft(lock, id)) rmSync(lock, { force: true })
    else await delay(Math.random() * PAUSE, undefined, { signal })
  }
  const alive = setInterval(() => orNothing(() => utimesSync(lock, new Date(), new Date())), STALE / 5)
  try {
    return await work()
  } finally {
    clearInterval(alive)
    if (ownerOf(lock) === id) rmSync(lock, { force: true })
  }
}

/** Does `work`, which may read and write the login file `file`, while no other process does the same. */
export const withLock = (file: string, id: string, signal: AbortSignal, work: () => void): Promise<void> =>
  holdLock(`${file}.ecr-login-lock`, id, signal, work)
