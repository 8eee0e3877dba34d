import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { block, code, table } from '../../src/base/markdown.ts'
import { anyText } from '../support/any-text.ts'

describe('code', () => {
  test.each([
    ['plain', 'plain'],
    ['a|b', 'a&#124;b'],
    ['`x`', '&#96;x&#96;'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['&lt;', '&#38;lt;'],
    ['a\r\nb', 'a&#13;&#10;b'],
    ['@team #1', '&#64;team #1'],
    ['[x](http://y)', '&#91;x&#93;(http&#58;//y)'],
    ['\u202eevil\u0000', '&#8238;evil&#0;'],
  ])('%j', (text, escaped) => {
    expect(code(text)).toBe(`<code>${escaped}</code>`)
  })

  const content = (text: string) => /^<code>(.*)<\/code>$/s.exec(code(text))?.[1] ?? 'no code'

  test('nothing that Markdown or HTML reads survives, and a reader sees the very text', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'a|\n\r`<>&;#x1\\_*~[]()!@\u2028\u200d\u0000𝒳') })
    fc.assert(
      fc.property(fc.oneof(hostile, anyText()), (text) => {
        expect(content(text)).not.toMatch(/[|\n\r`<>]|&(?!#\d+;)/)
        expect(content(text).replaceAll(/&#(\d+);/g, (_, number) => String.fromCodePoint(number))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })
})

test('table', () => {
  expect(
    table(
      ['', 'Region'],
      [
        ['a', code('b|c')],
        ['d', 'e'],
      ],
    ),
  ).toBe('|  | Region |\n| --- | --- |\n| a | <code>b&#124;c</code> |\n| d | e |\n')
})

test('a block is longer fenced than anything in it', () => {
  expect(block('Title:', ['a', 'b'])).toBe('\nTitle:\n\n```\na\nb\n```\n')
  expect(block('', ['````', '<b>`x`'])).toBe('\n`````\n````\n<b>`x`\n`````\n')
})
