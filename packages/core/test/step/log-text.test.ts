import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logText } from '../../src/step/log-text.ts'

describe('logText', () => {
  test.each([
    ['plain text: 100 % of it, 你好 – 👩‍💻', 'plain text: 100 % of it, 你好 – 👩‍💻'],
    ['a\tb\nc', 'a\tb\nc'],
    ['a\r\nb', 'a\nb'],
    ['a\rb', 'a\\u{d}b'],
    ['##[save-state name=x]y', '##\\[save-state name=x]y'],
    ['a ##[x]##[y]', 'a ##\\[x]##\\[y]'],
    ['###[x]', '###\\[x]'],
    ['::warning::x', '\\::warning::x'],
    ['a\n \t::warning::x', 'a\n \t\\::warning::x'],
    ['\u00a0::warning::x', '\u00a0\\::warning::x'],
    ['std::vector::x', 'std::vector::x'],
    ['\u001b[31mred\u0007\u009b', '\\u{1b}[31mred\\u{7}\\u{9b}'],
    ['a\u2028::b\u202ec', 'a\\u{2028}::b\\u{202e}c'],
  ])('%j is shown as %j', (text, shown) => {
    expect(logText(text)).toBe(shown)
  })

  test('leaves no line that the runner obeys, whatever the text is', () => {
    const parts = fc.constantFrom('::', '##[', '##', '[', ':', ' ', '\r', '\n', '\u0085', '\u2028', 'warning', ']', 'x')
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 20 }), (texts) => {
        const lines = logText(texts.join('')).split(/\r\n|\r|\n/)
        expect(lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['))).toEqual([])
      }),
    )
  })
})
