import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUnsafe, unsafeLine, unsafeNames } from '../src/unsafe-names.ts'
import { gitRef } from './git-refs.ts'

test.each([
  '',
  'main',
  'feature/ABC-123_x.y',
  'fix/#12',
  'a=b+c@d%20e',
  'feat/ünï',
  'cafe\u0301',
  '日本語',
  'ветка',
  'v²',
  'feat/🚀-rocket',
])('%j is harmless', (name) => {
  expect(isUnsafe(name)).toBe(false)
})

test.each([
  '$(id)',
  '`id`',
  'a;b',
  'a&b',
  'a|b',
  'a>b',
  'a<b',
  "it's",
  'a"b',
  'a(b)',
  'a{b}',
  'a!b',
  'a,b',
  'a]b',
  '-rf',
  '#12',
  '“id”',
  'a–b',
  '\ufeffmain',
  'main\u00a0',
  '\u202emain',
  'ma\u200bin',
  'a\u2028b',
  '$HOME',
  '＄（id）',
])('%j is unsafe', (name) => {
  expect(isUnsafe(name)).toBe(true)
})

/** What bash, dash and zsh act on in a word without quotes, or between double quotes. */
const ACTIVE = /[\s!"$&'(),;<>[\\\]^`{|}~*?]/

test('no harmless name holds a character that a shell acts on', () => {
  fc.assert(
    fc.property(gitRef, (name) => isUnsafe(name) || !(ACTIVE.test(name) || /^[-#]/.test(name))),
    { numRuns: 2_000 },
  )
})

test('names are told once, with every output that holds them', () => {
  const outputs = [
    ['current_branch', 'a;b'],
    ['default_branch', 'main'],
    ['head_ref_branch', 'a;b'],
    ['base_ref_branch', '$(id)'],
  ] as const
  expect(unsafeNames(outputs)).toEqual([
    { name: 'a;b', outputs: ['current_branch', 'head_ref_branch'] },
    { name: '$(id)', outputs: ['base_ref_branch'] },
  ])
})

describe('the line', () => {
  const head = { name: '\u202e$(id)', outputs: ['current_branch', 'head_ref_branch'] }

  test('shows the name and the way to use it', () => {
    expect(unsafeLine([head])).toBe(
      "The name '\\u{202e}$(id)' in current_branch, head_ref_branch contains characters that a shell interprets. Pass it to " +
        `'run:' only through the environment: 'env: { NAME: "\${{ steps.<id>.outputs.current_branch }}" }', then "$NAME".`,
    )
  })

  test('names the outputs of the others', () => {
    const others = [
      { name: 'a;b', outputs: ['base_ref_branch', 'x'] },
      { name: 'c;d', outputs: ['tag'] },
    ]
    expect(unsafeLine([head, ...others])).toContain('interprets. So do base_ref_branch, x, tag. Pass it')
  })
})
