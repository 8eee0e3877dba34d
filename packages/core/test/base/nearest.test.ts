import { expect, test } from 'vitest'
import { nearest } from '../../src/base/nearest.ts'

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
  expect(nearest('targat', ['targets', 'target'])).toBe('target')
  expect(nearest('targat', ['target', 'targets'])).toBe('target')
})

test('of two as near as each other the first wins', () => {
  expect(nearest('pats', ['path', 'bats'])).toBe('path')
})

test('there may be no candidates', () => {
  expect(nearest('tags', [])).toBeUndefined()
})
