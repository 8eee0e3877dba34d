import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientProblem } from '../../src/docker/client-program.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'client-program-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const problem = (inContainer = false) => clientProblem({ PATH: `/nowhere:${folder}:` }, inContainer)

test('a program of that name in any folder of PATH is one', () => {
  writeFileSync(join(folder, 'docker'), '', { mode: 0o755 })
  expect(problem()).toBeUndefined()
})

test('without one, the cure is for the place where the step runs', () => {
  expect(problem()).toMatch(/^This runner has no docker CLI: .*Install one/)
  expect(problem(true)).toMatch(/^The container of this job has no docker CLI: .*COPY --from=docker:cli/)
  expect(clientProblem({}, false)).toMatch(/^This runner has no docker CLI/)
})

test('a folder of that name is none', () => {
  mkdirSync(join(folder, 'docker'))
  expect(problem()).toMatch(/^This runner has no docker CLI/)
})

test('one that may not be run is not taken for none', () => {
  const file = join(folder, 'docker')
  writeFileSync(file, '', { mode: 0o644 })
  expect(problem()).toBe(
    `${file} is the docker CLI of this runner, and ${process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`} may not run it: it belongs to ${process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`} and has mode 0644. Run 'chmod -R u+rwx ${file}'.`,
  )
})
