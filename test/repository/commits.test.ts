import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'

/** The last commit before the rule. */
const BASE = '825d2da836d7cbd6a0c2e860b68a1fa322d9ff27'

const LONGEST = 72

const git = (...args: string[]): string => execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).trim()

/** In a clone without that commit, such as one of the last commit alone, the last commit is what is checked. */
function range(): string[] {
  try {
    git('merge-base', '--is-ancestor', BASE, 'HEAD')
    return [`${BASE}..HEAD`]
  } catch {
    return ['--max-count=1', 'HEAD']
  }
}

test('subjects of commits fit into 72 characters and end without a full stop', () => {
  const subjects = git('log', '--no-merges', '--format=%s', ...range()).split('\n')
  expect(subjects.length).toBeGreaterThan(0)
  expect(subjects.filter((subject) => [...subject].length > LONGEST || subject.endsWith('.'))).toEqual([])
})
