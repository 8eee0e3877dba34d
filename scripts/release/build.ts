import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../packages/core/src/base/failure.ts'
import { installedUnverified, parseLock } from '../lock/unverified.ts'

/**
 * Builds everything from the sources alone: nothing from an earlier build enters a release, and no package that was
 * installed without verifying its content.
 */
export function buildAfresh(root: string): void {
  const lock = parseLock(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const [first] = installedUnverified(lock, root)
  if (first !== undefined) {
    throw new Failure(
      `${first} is installed here, and package-lock.json has no integrity hash for it. Build on Linux with glibc, where no such package is needed.`,
    )
  }
  for (const group of ['actions', 'packages']) {
    for (const name of readdirSync(join(root, group))) {
      for (const made of ['lib', 'dist']) rmSync(join(root, group, name, made), { recursive: true, force: true })
    }
  }
  const turbo = join(root, 'node_modules/.bin/turbo')
  const args = ['run', 'build', '--force', '--output-logs=errors-only', '--no-color']
  const { status, error } = spawnSync(turbo, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Failure(`The build failed; its output is above.${error ? ` ${error.message}` : ''}`)
}
