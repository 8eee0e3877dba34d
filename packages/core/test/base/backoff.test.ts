import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { backoff } from '../../src/base/backoff.ts'

test('pauses double up to the longest, and chance shortens each', () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
  try {
    expect([0, 1, 2, 3].map((retry) => backoff(retry, { first: 100, longest: 600 }))).toEqual([50, 100, 200, 300])
    expect([0, 10].map((retry) => backoff(retry, { first: 2 }))).toEqual([1, 1024])
  } finally {
    random.mockRestore()
  }
})

test('no pause is negative or longer than the longest', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2_000 }), fc.integer({ min: 1, max: 60_000 }), (retry, first) => {
      const pause = backoff(retry, { first, longest: 60_000 })
      expect(pause).toBeGreaterThanOrEqual(0)
      expect(pause).toBeLessThan(60_000)
    }),
  )
})
