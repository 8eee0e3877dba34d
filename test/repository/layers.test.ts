import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { circles, type ImportGraph, importGraph, importsIn } from './support/imports.ts'
import { layersIn, wrongImports } from './support/layers.ts'

const ARCHITECTURE = readFileSync(join(REPOSITORY, 'ARCHITECTURE.md'), 'utf8')
const sources = importGraph(REPOSITORY, ['packages/*/src', 'actions/*/src', 'scripts', 'test'])
const tests = importGraph(REPOSITORY, ['packages/*/test', 'actions/*/test'])

const countOf = (graph: ImportGraph): number => [...graph.values()].reduce((sum, each) => sum + each.length, 0)

/** A graph with one import more. */
const withImport = (file: string, target: string): ImportGraph =>
  new Map([...sources, [file, [...(sources.get(file) ?? []), target]]])

test('the imports are read', () => {
  expect(sources.size).toBeGreaterThan(500)
  expect(countOf(sources)).toBeGreaterThan(2_000)
  expect(
    importsIn('a/b.ts', "import type { X } from './c.ts'\nexport * from '../d.ts'\nawait import('./e.ts')"),
  ).toEqual(['a/c.ts', 'd.ts', 'a/e.ts'])
})

test.each([
  ['`packages/core/src`:', 'packages/core/src/'],
  ['`actions/ecr-push/src`, the only action with more than one folder:', 'actions/ecr-push/src/'],
  ['The whole repository:', ''],
])('imports follow the table of ARCHITECTURE.md: %s', (line, folder) => {
  const layers = layersIn(ARCHITECTURE, line)
  expect(layers.size).toBeGreaterThan(5)
  expect(wrongImports(sources, folder, layers)).toEqual([])
})

test('no files import each other in a circle, for types either', () => {
  expect(circles(sources)).toEqual([])
})

test('nothing imports from test/', () => {
  const from = (graph: ImportGraph) =>
    [...graph].flatMap(([file, imports]) => (imports.some((each) => each.startsWith('test/')) ? [file] : []))
  expect([...from(sources).filter((file) => !file.startsWith('test/')), ...from(tests)]).toEqual([])
})

test.each([
  [
    '`packages/core/src`:',
    'packages/core/src/',
    'packages/core/src/base/failure.ts',
    'packages/core/src/ecr/client.ts',
  ],
  [
    '`packages/core/src`:',
    'packages/core/src/',
    'packages/core/src/aws/sts.ts',
    'packages/core/src/docker-daemon/ping.ts',
  ],
  ['The whole repository:', '', 'actions/ecr-push/src/main.ts', 'actions/ecr-login/src/main.ts'],
  ['The whole repository:', '', 'packages/core/src/index.ts', 'packages/ecr-local/src/index.ts'],
  ['The whole repository:', '', 'scripts/demo.ts', 'test/support/act/act.ts'],
])('an import against the table is found: %s %s', (line, folder, file, target) => {
  expect(sources.has(file), file).toBe(true)
  const found = wrongImports(withImport(file, target), folder, layersIn(ARCHITECTURE, line))
  expect(found).toEqual([`${file} imports ${target}`])
})

test('a circle is found', () => {
  const graph = withImport('packages/core/src/base/failure.ts', 'packages/core/src/base/environment.ts')
  expect(circles(graph)).toEqual([['packages/core/src/base/environment.ts', 'packages/core/src/base/failure.ts']])
})
