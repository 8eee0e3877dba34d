import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAtLeast, plainVersion } from '../../src/base/version.ts'

describe('isAtLeast', () => {
  it.each([
    ['20.10.24+dfsg1', '20.10', true],
    ['20.10.24+dfsg1', '20.10.25', false],
    ['28.0.0', '9', true],
    ['1.9', '1.44', false],
    ['1.44', '1.44', true],
    ['24', '24.0.0', true],
    ['v0.20.1', '0.20', true],
    ['', '1', false],
    ['0.11.0', '0.11', true],
    ['0.11', '0.11', true],
    ['0.9.3', '0.11', false],
    ['0.25.2', '0.11', true],
    ['1.0', '0.11', true],
    ['20.10.24+dfsg1', '23', false],
    ['0.8', '0', true],
    ['', '0.1', false],
    ['3d2f9ab', '0.35', false],
  ])('%s is at least %s: %s', (version, minimum, expected) => expect(isAtLeast(version, minimum)).toBe(expected))

  it('orders versions by their numbers', () => {
    const version = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(version, version, (a, b) => {
        const difference = [0, 1, 2, 3].map((index) => (a[index] ?? 0) - (b[index] ?? 0)).find((d) => d !== 0) ?? 0
        expect(isAtLeast(a.join('.'), b.join('.'))).toBe(difference >= 0)
      }),
    )
  })
})

it.each([
  ['v0.25.2', '0.25.2'],
  ['0.12.5-desktop.1', '0.12.5'],
  ['20.10.24+dfsg1', '20.10.24'],
  ['v0.0.0+unknown', undefined],
  ['', undefined],
])('the numbers of %j are %j', (text, version) => {
  expect(plainVersion(text)).toBe(version)
})
