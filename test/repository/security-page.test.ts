import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'

/** Boundary and the cell that says which tests show it. */
const ROWS = readFileSync(join(REPOSITORY, 'docs/security.md'), 'utf8')
  .split('\n')
  .map((line) => line.split(' | '))
  .filter((cells) => cells.length === 4)
  .map(([boundary = '', , , tests = '']) => [boundary.replace(/^\| /, ''), tests] as const)
  .filter(([boundary]) => boundary !== 'Boundary' && boundary !== '---')

it('has the boundaries in a table', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(24)
})

it.each(ROWS)('the boundary is shown by tests that there are: %s', (_, tests) => {
  const files = [...tests.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => file)
  expect(files).not.toEqual([])
  expect(files.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([])
})
