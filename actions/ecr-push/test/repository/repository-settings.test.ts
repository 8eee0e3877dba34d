import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { applySettings, policyIn } from '../../src/repository/repository-settings.ts'
import { memoryPorts, REPOSITORY } from '../support/ports.ts'
import { workspace } from '../support/workspace.ts'

const file = (text: string): string => {
  const path = join(workspace().folder, 'policy.json')
  writeFileSync(path, text)
  return path
}

test('the policy of a file', () => {
  expect(policyIn(file('\uFEFF{ "Version": "2012-10-17",\n "Statement": [] }'))).toBe(
    '{"Version":"2012-10-17","Statement":[]}',
  )
})

test.each([
  ['{', /^The policy in ".*" is not valid JSON: /],
  ['[]', /^The policy in ".*" has no 'Statement'\.$/],
  ['null', /^The policy in ".*" has no 'Statement'\.$/],
])('%j is no policy', (text, line) => {
  expect(() => policyIn(file(text))).toThrow(line)
})

test('a file that is not there', () => {
  expect(() => policyIn('/none.json')).toThrow(
    /^Input 'repo_policy_file' is "\/none.json", which cannot be read in .*: ENOENT: .*\. Check out .* or remove 'set_repo_policy'\.$/,
  )
})

test('a scan that is on already is not set again, and nothing is turned off', async () => {
  const ports = memoryPorts()
  const job = memoryJob()
  await applySettings({ ...REPOSITORY, scanOnPush: true }, { policy: undefined, scanOnPush: true }, ports.settings, job)
  await applySettings(
    { ...REPOSITORY, scanOnPush: true },
    { policy: undefined, scanOnPush: false },
    ports.settings,
    job,
  )
  expect([ports.calls, job.changes]).toEqual([[], []])
})
