import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The owner of an older lock was killed, in ms: nobody holds one for longer than a few file operations. */
const STALE = 5_000

/** The longest pause between two looks, in ms; chance shortens it. */
const PAUSE = 50

/** Whether the lock is there, and by another one than `id` and not left behind. */
function isHeld(lock: string, id: string): boolean {
  try {
    return readFileSync(lock, 'utf8') !== id && Date.now() - statSync(lock).mtimeMs < STALE
  } catch {
    return false
  }
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
 * Does `work`, which may read and write `file`, while no other process does the same by this function. A lock that `id`
 * has left behind is taken over.
 */
export async function withLock(file: string, id: string, signal: AbortSignal, work: () => void): Promise<void> {
  const lock = `${file}.ecr-login-lock`
  while (!take(lock, id)) {
    if (isHeld(lock, id)) await delay(Math.random() * PAUSE, undefined, { signal })
    else rmSync(lock, { force: true })
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}
