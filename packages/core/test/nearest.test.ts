import { expect, test } from 'vitest'
import { nearest } from '../src/nearest.ts'

const INPUTS = ['build_args', 'build_contexts', 'dockerfile', 'path', 'tags', 'target']

test.each([
  ['build-args', 'build_args'],
  ['BuildArgs', 'build_args'],
  ['build_arg', 'build_args'],
  ['dokcerfile', 'dockerfile'],
  ['docker_file', 'dockerfile'],
  ['tag', 'tags'],
  ['pats', 'path'],
  ['taget', 'target'],
])('%j was meant as %j', (given, meant) => {
  expect(nearest(given, INPUTS)).toBe(meant)
})

test.each(['registry', 'x', 'cache_from', ''])('%j is near none', (given) => {
  expect(nearest(given, INPUTS)).toBeUndefined()
})

test('the nearer of two wins, whatever their order', () => {
  expect(nearest('targets', ['tags', 'target'])).toBe('target')
  expect(nearest('targets', ['target', 'tags'])).toBe('target')
})

test('there may be no candidates', () => {
  expect(nearest('tags', [])).toBeUndefined()
})
