import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { importGraph } from './support/imports.ts'
import { walksIn, wrongSteps } from './support/walks.ts'

const PAGE = readFileSync(join(REPOSITORY, 'ARCHITECTURE.md'), 'utf8')
const graph = importGraph(REPOSITORY, ['packages/core/src', 'actions/*/src'])
const walks = walksIn(PAGE)
const wrongIn = (page: string) => wrongSteps(REPOSITORY, graph, walksIn(page))

test('the page has three walks, each of some chains', () => {
  expect(walks.map(({ title }) => title)).toHaveLength(3)
  for (const { title, chains } of walks) {
    expect(chains.length, title).toBeGreaterThan(2)
    for (const chain of chains) expect(chain.length, `${title} ${chain}`).toBeGreaterThan(1)
  }
  expect(walks.flatMap(({ chains }) => chains.flat()).length).toBeGreaterThan(30)
})

test('every file is there, and an import stands behind every arrow', () => {
  expect(wrongSteps(REPOSITORY, graph, walks)).toEqual([])
})

test('a file that was moved and an arrow that leads nowhere are found', () => {
  expect(wrongIn(PAGE.replaceAll('`prepare.ts`', '`moved.ts`'))).toEqual(['actions/ecr-push/src/moved.ts is missing'])
  expect(wrongIn(PAGE.replace('`run-names.ts`', '`inputs.ts`'))).toEqual([
    expect.stringMatching(/^actions\/branch-name\/src\/.* imports no /),
  ])
})
