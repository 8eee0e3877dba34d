import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settleAll } from '../../src/base/settle-all.ts'

test('every item is worked on once, in order and never more than the limit at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 5 }), async (turns, limit) => {
      let running = 0
      let most = 0
      const begun: number[] = []
      const items = [...turns.entries()]
      const results = await settleAll(items, limit, async ([index, wait]) => {
        begun.push(index)
        most = Math.max(most, ++running)
        for (let turn = 0; turn < wait; turn++) await setImmediate()
        running--
        if (wait === 3) throw new Error(`no ${index}`)
        return index
      })
      expect(most).toBeLessThanOrEqual(limit)
      expect(begun).toEqual(items.map(([index]) => index))
      expect(results).toEqual(
        items.map(([index, wait]) =>
          wait === 3 ? { status: 'rejected', reason: new Error(`no ${index}`) } : { status: 'fulfilled', value: index },
        ),
      )
    }),
  )
})

test('as many as the limit run at the same time', async () => {
  let running = 0
  const all = Promise.withResolvers<void>()
  await settleAll([1, 2, 3], 3, async () => {
    if (++running === 3) all.resolve()
    await all.promise
  })
  expect(running).toBe(3)
})
