import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { tryOrUndefined } from '@container-actions/core'

/** Notes in a file that something need not be done for so many ms; where it cannot be written, it is done again. */
export function pause(file: string, now: Date, length: number): void {
  tryOrUndefined(() => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, String(Math.floor(now.getTime() + length)))
  })
}

/** Whether a pause goes on; one longer than `longest`, in ms, was noted by a clock that was wrong. */
export function isPaused(file: string, now: Date, longest: number): boolean {
  const until = Number(tryOrUndefined(() => readFileSync(file, 'utf8'))) || 0
  return now.getTime() < until && until <= now.getTime() + longest
}
