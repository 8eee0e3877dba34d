import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder with a build context `app`, a Dockerfile in it, and an empty RUNNER_TEMP and home; gone after the test. */
export function workspace() {
  const folder = mkdtempSync(join(tmpdir(), 'ecr-push-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [path, temp, home] = ['app', 'temp', 'home'].map((name) => join(folder, name)) as [string, string, string]
  for (const each of [path, temp, home]) mkdirSync(each)
  const dockerfile = join(path, 'Dockerfile')
  writeFileSync(dockerfile, 'FROM scratch\nCOPY . /\n')
  return { folder, path, dockerfile, temp, home }
}
