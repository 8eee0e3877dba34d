import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReverseIndex } from '../src/model/reverse-index.ts'
import { Sequence } from '../src/model/sequence.ts'

const key = fc.integer({ min: 0, max: 30 }).map(String)
const steps = fc.array(fc.record({ key, adds: fc.boolean() }), { maxLength: 200 })

test('who has read up to a number reads what is left after it, whatever has gone meanwhile', () => {
  fc.assert(
    fc.property(steps, steps, fc.nat(30), (before, after, read) => {
      const sequence = new Sequence()
      const model = new Set<string>()
      const apply = (all: typeof before) => {
        for (const { key, adds } of all) {
          sequence[adds ? 'add' : 'delete'](key)
          model[adds ? 'add' : 'delete'](key)
        }
      }
      apply(before)
      expect([...sequence.from(0)].map(([, each]) => each)).toEqual([...model])
      const next = [...sequence.from(0)][read]
      const unread = [...sequence.from(next?.[0] ?? Number.MAX_SAFE_INTEGER)].map(([, each]) => each)
      apply(after.map((step) => ({ ...step, adds: false })))
      const left = [...sequence.from(next?.[0] ?? Number.MAX_SAFE_INTEGER)].map(([, each]) => each)
      expect(left).toEqual(unread.filter((each) => model.has(each)))
    }),
  )
})

test('the reverse of a table has all of it, and nothing else', () => {
  const pair = fc.record({ named: key, namer: key, adds: fc.boolean() })
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 200 }), (pairs) => {
      const index = new ReverseIndex()
      const model = new Map<string, Set<string>>()
      for (const { named, namer, adds } of pairs) {
        index[adds ? 'add' : 'delete'](named, namer)
        const namers = model.get(named) ?? new Set()
        model.set(named, namers)
        namers[adds ? 'add' : 'delete'](namer)
      }
      for (const [named, namers] of model) {
        expect(index.of(named)).toEqual([...namers])
        expect(index.has(named)).toBe(namers.size > 0)
      }
    }),
  )
})
