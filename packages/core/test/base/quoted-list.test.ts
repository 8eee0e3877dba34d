import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseList } from '../../src/base/quoted-list.ts'
import { anyText } from '../support/any-text.ts'

describe('parseList', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    [' a ,\tb\t\n c ', ['a', 'b', 'c']],
    [',,a,\n\n,b,', ['a', 'b']],
    ['a b,c d', ['a b', 'c d']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a\nb"', ['a\nb']],
    ['"say ""hi"""', ['say "hi"']],
    ['"",a', ['a']],
    [' "a" ,"b"\t\n', ['a', 'b']],
    ['"  a  "', ['  a  ']],
    ['size 5", wide', ['size 5"', 'wide']],
    ['\u00a0a\ufeff', ['\u00a0a\ufeff']],
  ])('%j is %j', (text, values) => {
    expect(parseList(text)).toEqual(values)
  })

  test.each([
    ['"a', `has a quote that is never closed, or text behind it: '"a'`],
    ['ok,"a" b,c', `has a quote that is never closed, or text behind it: '"a" b,c'`],
    ['"a"b"c"', `has a quote that is never closed, or text behind it: '"a"b"c"'`],
    ['"a\nb', `has a quote that is never closed, or text behind it: '"a'`],
  ])('%j is a mistake', (text, sentence) => {
    expect(parseList(text)).toBe(sentence)
  })

  const value = anyText({ minLength: 1 }).map((text) => text.replaceAll('\r\n', '\n'))
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`

  test.each([',', '\n', ' , ', '\r\n'])('quoted values come back whole from between %j', (separator) => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(parseList(values.map(quote).join(separator))).toEqual(values)
      }),
    )
  })

  test('plain values come back whole, without white space around them', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'ab "\t:=/é𝒳') }).filter((text) => !/^[ \t]*"/.test(text))
    fc.assert(
      fc.property(fc.array(plain), (values) => {
        const trimmed = values.map((text) => text.replaceAll(/^[ \t]+|[ \t]+$/g, '')).filter((text) => text !== '')
        expect(parseList(values.join(','))).toEqual(trimmed)
      }),
    )
  })

  test('any text gives values or a sentence', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a",\n\r \t') }), (text) => {
        const parsed = parseList(text)
        if (typeof parsed === 'string') expect(parsed).toMatch(/^has a quote /)
        else expect(parsed).not.toContain('')
      }),
    )
  })
})
