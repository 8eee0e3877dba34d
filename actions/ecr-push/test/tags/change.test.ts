import { expect, test } from 'vitest'
import { tagChanges } from '../../src/tags/change.ts'

test('a tag is new, moved, kept or left', () => {
  const before = new Map([
    ['moved', 'a'],
    ['kept', 'b'],
    ['left', 'a'],
  ])
  const now = { digest: 'b', tags: ['new', 'moved', 'kept'] }
  expect(tagChanges(['new', 'moved', 'kept', 'left', 'out'], before, now)).toEqual([
    { tag: 'new', became: 'new', before: undefined },
    { tag: 'moved', became: 'moved', before: 'a' },
    { tag: 'kept', became: 'kept', before: 'b' },
    { tag: 'left', became: 'left', before: 'a' },
    { tag: 'out', became: 'left', before: undefined },
  ])
})
