/** Fails if package-lock.json contains an unexpected package without an integrity hash. Run by `npm run lint`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../packages/core/src/base/failure.ts'
import { ROOT, runCommand } from './command.ts'
import { newUnverified, parseLock } from './lock/unverified.ts'

runCommand(() => {
  const lock = parseLock(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const [first, ...others] = newUnverified(lock)
  if (first === undefined) return 'package-lock.json: every package has an integrity hash, or is known to have none.'
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  throw new Failure(
    `package-lock.json has no integrity hash for ${first}${more}. Install it from a registry that has the package, so that npm writes the hash.`,
  )
})
