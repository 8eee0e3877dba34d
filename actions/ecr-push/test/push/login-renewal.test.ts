import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepRenewed } from '../../src/push/login-renewal.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

/** Keeps a login that ends at `first`, and tells when each new one was asked for. */
function kept(first: number | undefined, next: () => Promise<Date | undefined>) {
  const [renewed, lines]: [number[], string[]] = [[], []]
  const renew = () => {
    renewed.push(Date.now())
    return next()
  }
  keepRenewed(first === undefined ? undefined : new Date(first), renew, (line) => lines.push(line))
  return { renewed, lines }
}

test('a login is replaced when three quarters of its life are over, and so is the next', async () => {
  const { renewed } = kept(1_000, async () => new Date(Date.now() + 1_000))
  await vi.advanceTimersByTimeAsync(2_300)
  expect(renewed).toEqual([750, 1_500, 2_250])
})

test('one that cannot be replaced by a later one is left alone', async () => {
  const { renewed } = kept(1_000, async () => new Date(1_000))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(renewed).toEqual([750])
})

test('a failure is told, and tried no more', async () => {
  const { renewed, lines } = kept(1_000, () => Promise.reject(new Error('no keys')))
  await vi.advanceTimersByTimeAsync(5_000)
  expect([renewed, lines]).toEqual([[750], ['The registry login was not renewed: no keys']])
})

test.each([undefined, -1, 2 ** 33])('nothing is to be done where it ends at %s', async (end) => {
  const { renewed } = kept(end, async () => undefined)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(renewed).toEqual([])
})
