import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tagProblem } from '../../src/ecr/image-tag.ts'
import { anyText } from '../support/any-text.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'

describe('tagProblem', () => {
  test.each(['latest', '1.4.2', '_', 'A', 'a'.repeat(128), 'v1--..__', '0'])('takes %j', (tag) => {
    expect(tagProblem(tag)).toBeUndefined()
  })

  test.each([
    ['', 'is empty'],
    ['.a', "starts with '.' or '-'"],
    ['-a', "starts with '.' or '-'"],
    ['feature/x', 'has "/"'],
    ['a b+c b', 'has " ", "+"'],
    ['$(id)', 'has "$", "(", ")"'],
    ['x\n', 'has "\\n"'],
    ['grün', 'has "ü"'],
    ['🚀', 'has "🚀"'],
    [`${'a'.repeat(127)}/`, 'has "/"'],
    ['a'.repeat(129), 'has 129 characters; a tag has at most 128'],
  ])('of %j it says that it %s', (tag, problem) => {
    expect(tagProblem(tag)).toBe(`it ${problem}`)
  })

  test('takes every tag of the grammar', () => {
    const tag = fc
      .tuple(fc.constantFrom(...LETTERS), fc.string({ unit: fc.constantFrom(...LETTERS, '.', '-'), maxLength: 127 }))
      .map((parts) => parts.join(''))
    fc.assert(fc.property(tag, (given) => tagProblem(given) === undefined))
  })

  test('takes nothing that Docker would read as something else, and names each wrong character', () => {
    const text = anyText({ minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(text, (given) => {
        const problem = tagProblem(given)
        const wrong = [...given].filter((character) => !`${LETTERS}.-`.includes(character))
        expect(problem === undefined).toBe(wrong.length === 0 && !/^[.-]/.test(given))
        expect(wrong.filter((character) => !problem?.includes(JSON.stringify(character)))).toEqual([])
      }),
    )
  })
})
