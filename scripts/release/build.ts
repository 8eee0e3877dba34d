import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../packages/core/src/failure.ts'

/** Builds everything from the sources alone: nothing that an earlier build left behind gets into a release. */
export function buildAfresh(root: string): void {
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
