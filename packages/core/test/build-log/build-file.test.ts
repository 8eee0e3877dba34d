import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildFileOf, sourceLine } from '../../src/build-log/build-file.ts'
import { testFolder } from '../support/folder.ts'

test('a Dockerfile of the workspace is named as GitHub knows it', () => {
  const workspace = testFolder()
  mkdirSync(join(workspace, 'docker'))
  const name = join(workspace, 'docker', 'Dockerfile')
  writeFileSync(name, 'FROM scratch\n')
  const file = buildFileOf(workspace, name)
  expect(file).toEqual({ name, text: 'FROM scratch\n' })
  expect(sourceLine(file, 1, { GITHUB_WORKSPACE: workspace })).toEqual({ file: 'docker/Dockerfile', line: 1 })
  expect(sourceLine(file, undefined, { GITHUB_WORKSPACE: workspace })).toBeUndefined()
  expect(sourceLine(file, 1, { GITHUB_WORKSPACE: join(workspace, 'other') })).toBeUndefined()
})

test('without GITHUB_WORKSPACE it is relative to the working folder', () => {
  expect(sourceLine({ name: './package.json', text: '' }, 2, {})).toEqual({ file: 'package.json', line: 2 })
  expect(sourceLine({ name: '..', text: '' }, 2, {})).toBeUndefined()
  expect(sourceLine({ name: '..x', text: '' }, 2, {})).toEqual({ file: '..x', line: 2 })
})

test('a name has no dots that say nothing', () => {
  expect(buildFileOf('.', './docker/../Dockerfile').name).toBe('Dockerfile')
})

test.each([
  ['https://github.com/octo-org/demo.git', 'package.json'],
  ['.', 'no-such-file'],
  ['.', '/dev'],
])('of the context %s, nothing is known of %s', (context, name) => {
  const file = buildFileOf(context, name)
  expect(file).toEqual({ name, text: undefined })
  expect(sourceLine(file, 1, {})).toBeUndefined()
})
