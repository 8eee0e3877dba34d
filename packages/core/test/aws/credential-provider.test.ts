import { describe, expect, test } from 'vitest'
import { type Credentials, cached } from '../../src/aws/credential-provider.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

/** A source whose grants last an hour, at a time that the test moves; `fails` makes the next calls fail. */
function hourly() {
  const clock = { now: 0, given: 0, fails: false }
  const source = {
    name: 'the test',
    async get(): Promise<Credentials> {
      if (clock.fails) throw new Error('no more')
      clock.given++
      const [now, number] = [clock.now, clock.given]
      await Promise.resolve()
      return { accessKeyId: `AKIA${number}`, secretAccessKey: 's', expiration: new Date(now + HOUR) }
    },
  }
  const kept = cached(source, () => clock.now)
  return { clock, kept, id: async () => (await kept.get()).accessKeyId }
}

describe('kept grants', () => {
  test('are asked for once by any number of calls', async () => {
    const { clock, id } = hourly()
    expect(await Promise.all([id(), id(), id()])).toEqual(['AKIA1', 'AKIA1', 'AKIA1'])
    expect(await id()).toBe('AKIA1')
    expect(clock.given).toBe(1)
  })

  test('are renewed five minutes before they end, once', async () => {
    const { clock, id } = hourly()
    await id()
    clock.now = HOUR - 5 * MINUTE - 1
    expect(await id()).toBe('AKIA1')
    clock.now = HOUR - 5 * MINUTE
    expect(await Promise.all([id(), id()])).toEqual(['AKIA2', 'AKIA2'])
    expect(clock.given).toBe(2)
  })

  test('are used to their end where they cannot be renewed, and not a moment longer', async () => {
    const { clock, id } = hourly()
    await id()
    clock.fails = true
    clock.now = HOUR - 1
    expect(await id()).toBe('AKIA1')
    clock.now = HOUR
    await expect(id()).rejects.toThrow('no more')
    clock.fails = false
    expect(await id()).toBe('AKIA2')
  })

  test('are asked for again where the first try failed', async () => {
    const { clock, id } = hourly()
    clock.fails = true
    await expect(id()).rejects.toThrow('no more')
    clock.fails = false
    expect(await id()).toBe('AKIA1')
  })

  test('can be forgotten where they end', async () => {
    const { kept, id } = hourly()
    expect(kept.forget()).toBe(false)
    await id()
    expect(kept.forget()).toBe(true)
    expect(await id()).toBe('AKIA2')
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 's' }
    const forever = cached({ name: 'keys', get: async () => keys })
    expect(await forever.get()).toBe(keys)
    expect([forever.forget(), forever.name]).toEqual([false, 'keys'])
  })
})
