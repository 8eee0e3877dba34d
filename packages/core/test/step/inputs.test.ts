import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { type CheckedInputReader, type InputReader, inputReader } from '../../src/step/inputs.ts'
import { inputsOf } from '../../src/testing.ts'
import { anyText } from '../support/any-text.ts'

/** What `read` gives for one input `it`, and the line that the step would fail with. */
function reading<T>(value: string, read: (input: InputReader) => T): { value: T; problem: string | undefined } {
  const input = inputsOf({ it: value })
  return { value: read(input), problem: problemOf(input) }
}

function problemOf(input: CheckedInputReader): string | undefined {
  try {
    input.check()
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    return (error as Failure).message
  }
}

const is = <T>(value: T) => ({ value, problem: undefined })

describe('string and optional', () => {
  test.each([
    ['x', 'x'],
    [' \t\r\n x y \n', 'x y'],
    ['\u00a0x\ufeff', '\u00a0x\ufeff'],
  ])('%j is %j', (given, value) => {
    expect(reading(given, (input) => input.string('it'))).toEqual(is(value))
    expect(reading(given, (input) => input.optional('it'))).toEqual(is(value))
  })

  test.each(['', ' \n\t'])('%j is missing', (given) => {
    expect(reading(given, (input) => input.string('it'))).toEqual({
      value: '',
      problem: "Input 'it' is required. Add it under 'with:'.",
    })
    expect(reading(given, (input) => input.optional('it'))).toEqual(is(undefined))
  })

  test('an input has the variable that the runner gives it', () => {
    const input = inputReader({ 'INPUT_BUILD-ARGS': 'a', INPUT_TWO_WORDS: 'b', INPUT_REPO: 'c' })
    expect([input.string('build-args'), input.string('Two words'), input.string('repo')]).toEqual(['a', 'b', 'c'])
  })
})

describe('an input that is empty', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
  const defaults = { it: 'v1,${{ github.sha }}', flag: 'true' }

  test.each(['', ' ', '\n\t'])('%j has its default', (given) => {
    const input = inputsOf({ it: given, flag: given, other: given }, { GITHUB_SHA: 'abc' }, defaults)
    expect([input.list('it'), input.boolean('flag'), input.optional('other')]).toEqual([['v1', 'abc'], true, undefined])
    expect(problemOf(input)).toBeUndefined()
  })

  test('has none by a name of JavaScript', () => {
    expect(inputsOf({}, {}, defaults).optional('constructor')).toBeUndefined()
  })

  test('does not change what is given', () => {
    expect(inputsOf({ it: '0' }, {}, defaults).string('it')).toBe('0')
  })
})

describe('boolean', () => {
  test.each([
    ...['true', 'True', 'TRUE', 'yes', '1', ' true '].map((text) => [text, true] as const),
    ...['false', 'False', 'no', 'NO', '0'].map((text) => [text, false] as const),
  ])('%j is %j', (given, value) => {
    expect(reading(given, (input) => input.boolean('it'))).toEqual(is(value))
  })

  test.each(['', 'maybe', 'y', 'on', 'truee', '2', 'constructor', '__proto__', 'tostring'])(
    '%j is a mistake',
    (given) => {
      expect(reading(given, (input) => input.boolean('it'))).toEqual({
        value: false,
        problem: `Input 'it' must be true or false; it is '${given}'.`,
      })
    },
  )
})

describe('integer', () => {
  test.each([
    ['0', 0],
    ['+7', 7],
    ['-3', -3],
    ['007', 7],
  ])('%j is %d', (given, value) => {
    expect(reading(given, (input) => input.integer('it'))).toEqual(is(value))
  })

  test.each(['', '1.5', '1e3', '0x10', 'x', '1 2', 'Infinity', '9007199254740992'])('%j is a mistake', (given) => {
    expect(reading(given, (input) => input.integer('it'))).toEqual({
      value: 0,
      problem: `Input 'it' must be a whole number; it is '${given}'.`,
    })
  })

  test.each([
    [{ min: 1 }, '0', 'of at least 1'],
    [{ max: 5 }, '6', 'of at most 5'],
    [{ min: 1, max: 5 }, '-1', 'of at least 1 and at most 5'],
  ])('%j refuses %j', (range, given, limits) => {
    expect(reading(given, (input) => input.integer('it', range)).problem).toBe(
      `Input 'it' must be a whole number ${limits}; it is '${given}'.`,
    )
  })

  test.each(['1', '5'])('%j is inside 1 to 5', (given) => {
    expect(reading(given, (input) => input.integer('it', { min: 1, max: 5 }))).toEqual(is(Number(given)))
  })
})

describe('duration', () => {
  test('is in milliseconds', () => {
    expect(reading('1m30s', (input) => input.duration('it'))).toEqual(is(90_000))
  })

  test.each(['', 'soon', '5 minutes'])('%j is a mistake', (given) => {
    expect(reading(given, (input) => input.duration('it'))).toEqual({
      value: 0,
      problem: `Input 'it' must be a duration like 90s, 2m or 1h30m; it is '${given}'.`,
    })
  })
})

describe('list', () => {
  test.each([
    ['', []],
    ['latest,1.2\n"a,b"\n', ['latest', '1.2', 'a,b']],
  ])('%j is %j', (given, values) => {
    expect(reading(given, (input) => input.list('it'))).toEqual(is(values))
  })

  test('an open quote is a mistake', () => {
    expect(reading('a,"b', (input) => input.list('it'))).toEqual({
      value: [],
      problem: `Input 'it' has a quote that is not closed, or text after it: '"b'.`,
    })
  })
})

describe('oneOf', () => {
  const MUTABILITY = ['MUTABLE', 'IMMUTABLE'] as const

  test('takes a value as it is written', () => {
    expect(reading('IMMUTABLE', (input) => input.oneOf('it', MUTABILITY))).toEqual(is('IMMUTABLE'))
  })

  test.each(['', 'immutable', 'x'])('%j is a mistake', (given) => {
    expect(reading(given, (input) => input.oneOf('it', MUTABILITY))).toEqual({
      value: 'MUTABLE',
      problem: `Input 'it' must be one of MUTABLE, IMMUTABLE; it is '${given}'.`,
    })
  })
})

test('all problems make one line, with those that the caller found', () => {
  const input = inputsOf({ loud: 'may \n be', size: '99' })
  input.string('repo')
  input.boolean('loud')
  input.integer('size', { max: 9 })
  input.reject("Input 'a' does not\ngo with 'b'.")
  expect(problemOf(input)).toBe(
    "Input 'repo' is required. Add it under 'with:'. Input 'loud' must be true or false; it is 'may be'. Input 'size' must be a whole number of at most 9; it is '99'. Input 'a' does not go with 'b'.",
  )
})

test('no value makes a reader throw, or a line longer than one', () => {
  fc.assert(
    fc.property(anyText(), (given) => {
      const input = inputsOf({ it: given })
      expect([typeof input.boolean('it'), typeof input.integer('it'), typeof input.duration('it')]).toEqual([
        'boolean',
        'number',
        'number',
      ])
      expect(input.list('it')).toBeInstanceOf(Array)
      expect(input.oneOf('it', ['a', 'b'])).toMatch(/^[ab]$/)
      expect(problemOf(input)).not.toMatch(/[\r\n]/)
    }),
  )
})

describe('unknown', () => {
  test('each passed input that nobody asked for gets a sentence, with the nearest name', () => {
    const input = inputsOf({ build_args: 'a', 'build-args': 'b', 'two words': 'c', tags: '', zzz: 'd', empty: '' })
    input.list('build_args')
    input.list('tags')
    input.optional('two words')
    expect(input.names).toEqual(new Set(['build_args', 'tags', 'two words']))
    expect(input.unknown()).toEqual(["Unknown input 'build-args'. Did you mean 'build_args'?", "Unknown input 'zzz'."])
  })

  test('other variables of the environment are no inputs', () => {
    expect(inputReader({ PATH: '/bin', INPUT: 'x', MY_INPUT_A: 'y' }).unknown()).toEqual([])
  })
})
