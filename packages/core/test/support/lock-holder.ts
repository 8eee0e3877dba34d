import { appendFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { holdLock } from '../../src/base/file-lock.ts'

/** Holds a lock some times, notes when, and leaves one behind each time, as a killed process does. */
const [lock = '', log = '', name = '', rounds = '1'] = process.argv.slice(2)
for (let round = 0; round < Number(rounds); round++) {
  await holdLock(lock, { id: `${name}-${round}`, signal: new AbortController().signal }, async () => {
    appendFileSync(log, `in ${name}\n`)
    await delay(1)
    appendFileSync(log, `out ${name}\n`)
    writeFileSync(`${lock}.${name}`, 'killed')
    utimesSync(`${lock}.${name}`, 0, 0)
    renameSync(`${lock}.${name}`, lock)
  })
}
