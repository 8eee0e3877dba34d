import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseWords } from '../../src/base/shell-words.ts'

const values = (words: readonly string[]) => ({ kind: 'values', values: words })

describe('parseWords', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' \t\r\n ', []],
    ['--a  b\n--c', ['--a', 'b', '--c']],
    [`--build-arg "a=1 2" --build-arg 'b="x"'`, ['--build-arg', 'a=1 2', '--build-arg', 'b="x"']],
    [`a"b c"d'e f'g`, ['ab cde fg']],
    [`'' ""`, ['', '']],
    ['a\\ b \\"c \\\\', ['a b', '"c', '\\']],
    ['"a\\"b\\\\c\\d\\$e"', ['a"b\\c\\d$e']],
    ['--a \\\n  --b', ['--a', '--b']],
    ['--a\\\nb "c\\\nd"', ['--ab', 'cd']],
    ['$HOME $(id) `id` * ~ ; | & # > x', ['$HOME', '$(id)', '`id`', '*', '~', ';', '|', '&', '#', '>', 'x']],
  ])('%j', (line, words) => {
    expect(parseWords(line)).toEqual(values(words))
  })

  test.each(["'a", '"a', 'x "a\\"', 'a\\'])('%j is not closed', (line) => {
    expect(parseWords(line)).toMatchObject({ kind: 'open_quote' })
  })

  const word = fc.string({ unit: 'grapheme' })
  const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const double = (text: string) => `"${text.replaceAll(/[$`"\\]/g, '\\$&')}"`

  test.each([
    ['single', single],
    ['double', double],
  ])('any words in %s quotes come back as they were', (_, quote) => {
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom(' ', '\n', '\t  '), (words, space) => {
        fc.pre(words.every((each) => !each.includes('\r\n')))
        expect(parseWords(words.map(quote).join(space))).toEqual(values(words))
      }),
    )
  })

  test('a line without quotes is split at white space, and nothing else happens to it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^'"\\]*$/), (line) => {
        expect(parseWords(line)).toEqual(values(line.split(/\s+/).filter((each) => each !== '')))
      }),
    )
  })
})
