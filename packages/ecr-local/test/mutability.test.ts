import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matches, mayMove } from '../src/model/mutability.ts'

test.for([
  ['latest', 'latest', true],
  ['latest', 'lates', false],
  ['latest', 'latest2', false],
  ['buildcache-main', 'buildcache*', true],
  ['buildcache', 'buildcache*', true],
  ['my-buildcache', 'buildcache*', false],
  ['v1.2', 'v*.*', true],
  ['v12', 'v*.*', false],
  ['axb', 'a.b', false],
  ['a', '*', true],
  ['aba', 'ab*ba', false],
  ['abba', 'ab*ba', true],
  ['aXbXc', 'a*b*c', true],
  ['acb', 'a*b*c', false],
] as const)('%s against %s', ([text, wildcard, expected]) => {
  expect(matches(text, wildcard)).toBe(expected)
})

test('exclusions turn the rule around', () => {
  const filters = [{ filterType: 'WILDCARD', filter: 'latest*' }] as const
  const rows = (['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'] as const).map(
    (mutability) => [mayMove('latest-1', mutability, filters), mayMove('v1', mutability, filters)],
  )
  expect(rows).toEqual([
    [true, true],
    [false, false],
    [true, false],
    [false, true],
  ])
})

test('a wildcard is the regular expression with every sign but the star taken literally', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), maxLength: 12 })
  const wildcards = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '*'), maxLength: 8 })
  fc.assert(
    fc.property(letters, wildcards, (text, wildcard) => {
      const pattern = new RegExp(`^${wildcard.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
      expect(matches(text, wildcard)).toBe(pattern.test(text))
    }),
    { numRuns: 2000 },
  )
})
