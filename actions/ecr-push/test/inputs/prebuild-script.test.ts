import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import { memoryJob, scriptedExec } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { runPrebuildScript } from '../../src/inputs/prebuild-script.ts'
import { workspace } from '../support/workspace.ts'

test('a script whose checkout lost its mode is made executable and gets its arguments and the login', async () => {
  const script = join(workspace().folder, 'prepare.sh')
  writeFileSync(script, '#!/bin/sh\n', { mode: 0o644 })
  const exec = scriptedExec([{}])
  await runPrebuildScript([script, '--fast', '$(id)'], { DOCKER_CONFIG: '/login' }, memoryJob({}, { exec }))
  expect(exec.calls).toMatchObject([
    { command: script, args: ['--fast', '$(id)'], options: { env: { DOCKER_CONFIG: '/login' }, echo: true } },
  ])
  expect(statSync(script).mode & 0o777).toBe(0o755)
})

test.each([
  [{ exitCode: 3, stderr: 'one\nno licence\n' }, 'exit status 3: no licence'],
  [{ exitCode: 1, stdout: 'broken\n' }, 'exit status 1: broken'],
  [{ exitCode: 137 }, 'exit status 137: it printed nothing'],
])('%j', async (answer, end) => {
  const job = memoryJob({}, { exec: scriptedExec([answer]) })
  await expect(runPrebuildScript(['make'], {}, job)).rejects.toThrow(
    new Failure(`The prebuild_script "make" ended with ${end}`),
  )
})

test.each(['./none.sh', '/'])('%s is no file', async (path) => {
  await expect(runPrebuildScript([path], {}, memoryJob({}, { exec: scriptedExec([]) }))).rejects.toThrow(
    `Input 'prebuild_script' is "${path}", but there is no such file in ${process.cwd()}.`,
  )
})
