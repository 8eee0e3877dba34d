import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, parseVersion, type Version } from '../src/version.ts'

const version = (text: string) => parseVersion(text) as Version

describe('parseVersion', () => {
  it.each([
    ['2.330.0', '2.330.0'],
    ['v2.330.0', '2.330.0'],
    ['2.0330.0', '2.330.0'],
  ])('reads %s', (text, expected) => expect(parseVersion(text)?.text).toBe(expected))

  it.each(['', '2.330', '2.330.0.1', 'v2.330.0-rc1', 'latest', ' 2.330.0', '2.330.0\n', '٢.330.0'])(
    'refuses %j',
    (text) => {
      expect(parseVersion(text)).toBeUndefined()
    },
  )
})

describe('compareVersions', () => {
  it('compares numbers, not text', () => {
    const sorted = ['2.9.0', '2.10.0', '2.100.0', '10.0.0', '2.9.10'].map(version).sort(compareVersions)
    expect(sorted.map(({ text }) => text)).toEqual(['2.9.0', '2.9.10', '2.10.0', '2.100.0', '10.0.0'])
  })

  it('is an order', () => {
    const any = fc.tuple(fc.nat(99), fc.nat(999), fc.nat(9)).map((numbers) => version(numbers.join('.')))
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0)
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
        expect(compareVersions(a, b) === 0).toBe(a.text === b.text)
      }),
    )
  })
})
