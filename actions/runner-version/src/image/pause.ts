import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { tryOrUndefined } from '@container-actions/core'

/**
 * Records in a file that something need not be repeated for `length` ms; if the file cannot be written, it is repeated.
 */
export function pause(file: string, now: Date, length: number): void {
  tryOrUndefined(() => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, String(Math.floor(now.getTime() + length)))
  })
}

/**
 * Whether a pause is still in effect; a pause longer than `longest` ms was recorded with a wrong clock and is ignored.
 */
export function isPaused(file: string, now: Date, longest: number): boolean {
  const until = Number(tryOrUndefined(() => readFileSync(file, 'utf8'))) || 0
  return now.getTime() < until && until <= now.getTime() + longest
}
