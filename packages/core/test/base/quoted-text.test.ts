import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuotedText } from '../../src/base/quoted-text.ts'
import { anyText } from '../support/any-text.ts'

const valuesIn = (text: string, separators: ',\n' | '\n' = ',\n') => {
  const parsed = parseQuotedText(text, separators)
  return parsed.kind === 'values' ? parsed.values.map(({ value }) => value) : parsed
}

describe('values by comma and line', () => {
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
    expect(valuesIn(text)).toEqual(values)
  })

  test.each([
    ['"a', '"a'],
    ['ok,"a" b,c', '"a" b,c'],
    ['"a"b"c"', '"a"b"c"'],
    ['"a\nb', '"a'],
  ])('%j is a mistake', (text, at) => {
    expect(valuesIn(text)).toEqual({ kind: 'open_quote', at })
  })

  const value = anyText({ minLength: 1 }).map((text) => text.replaceAll('\r\n', '\n'))
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`

  test.each([',', '\n', ' , ', '\r\n'])('quoted values come back whole from between %j', (separator) => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(valuesIn(values.map(quote).join(separator))).toEqual(values)
      }),
    )
  })

  test('plain values come back whole, without white space around them', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'ab "\t:=/é𝒳') }).filter((text) => !/^[ \t]*"/.test(text))
    fc.assert(
      fc.property(fc.array(plain), (values) => {
        const trimmed = values.map((text) => text.replaceAll(/^[ \t]+|[ \t]+$/g, '')).filter((text) => text !== '')
        expect(valuesIn(values.join(','))).toEqual(trimmed)
      }),
    )
  })

  test('any text gives values or the quote that is open', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a",\n\r \t') }), (text) => {
        const parsed = valuesIn(text)
        if (!Array.isArray(parsed)) expect(parsed.at).toMatch(/^"/)
        else expect(parsed).not.toContain('')
      }),
    )
  })
})

describe('values by line', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['a=1,2\r\n\n  b=$(id)  ', ['a=1,2', 'b=$(id)']],
    ['"a=one\ntwo ""three"""\nb=4', ['a=one\ntwo "three"', 'b=4']],
    ['a=x\u00a0\nb=\ufeff', ['a=x\u00a0', 'b=\ufeff']],
  ])('%j', (text, values) => {
    expect(valuesIn(text, '\n')).toEqual(values)
  })

  test.each(['"a', '"a" b'])('%j is a mistake', (text) => {
    expect(valuesIn(text, '\n')).toEqual({ kind: 'open_quote', at: text })
  })

  test('quoted values come back as they were', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\r\n'))
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const text = values.map((each) => `"${each.replaceAll('"', '""')}"`).join('\n')
        expect(valuesIn(text, '\n')).toEqual(values)
      }),
    )
  })
})
