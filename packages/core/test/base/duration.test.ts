import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../src/base/duration.ts'

describe('parseDuration', () => {
  test.each([
    ['90', 90_000],
    ['0', 0],
    ['1.5', 1_500],
    ['1.25', 1_250],
    ['1.25s', 1_250],
    ['90s', 90_000],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1m30ms', 60_030],
    ['0.5h', 1_800_000],
  ])('reads %j as %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test.each(['', ' ', '90 s', '-1', '1e3', '1d', 's', '1.', '.5s', '1h30', '90S', '٣s', '1s\n'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  test('adds up any parts in any order', () => {
    const unit = fc.constantFrom(['ms', 1], ['s', 1_000], ['m', 60_000], ['h', 3_600_000] as const)
    const parts = fc.array(fc.tuple(fc.nat(10_000), unit), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(parts, (given) => {
        const text = given.map(([number, [name]]) => `${number}${name}`).join('')
        expect(parseDuration(text)).toBe(given.reduce((sum, [number, [, size]]) => sum + number * Number(size), 0))
      }),
    )
  })
})

test.each([
  [0, '0 ms'],
  [84.6, '85 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1_234, '1.2 s'],
  [59_949, '59.9 s'],
  [59_999, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_599_999, '60 min 0 s'],
])('formatDuration shows %d ms as %j', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})
