import { expect, describe as group, test } from 'vitest'
import { describe, Failure, reason, sentence } from '../../src/base/failure.ts'

group('describe', () => {
  test('a Failure is its line', () => {
    expect(describe(new Failure('Mend this.', { cause: new Error('secret detail') }))).toBe('Mend this.')
  })

  test('a full disk is no bug', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    expect(describe(full)).toBe(
      "The disk of the runner is full: ENOSPC: no space left on device, write. Free some space on it, for example with 'docker system prune'.",
    )
  })

  const mend = 'Fix the owner or the permissions of that file or folder.'
  test.each([
    ['EACCES', mend],
    ['EPERM', mend],
    ['EROFS', 'Its file system is read-only: mount it writable, or use another folder.'],
  ])('what the user may not do with a file is no bug: %s', (code, cure) => {
    const refused = Object.assign(new Error(`${code}: no, mkdir '/home/ci/.docker'`), {
      code,
      path: '/home/ci/.docker',
    })
    expect(describe(refused)).toBe(`The runner's user may not do that: ${code}: no, mkdir '/home/ci/.docker'. ${cure}`)
    expect(describe(Object.assign(new Error('kill EPERM'), { code }))).toMatch(/^Unexpected error/)
  })

  test('what the system says of a path is no bug', () => {
    const code = 'ENOTDIR'
    const found = Object.assign(new Error(`${code}: not a directory, mkdir '/x/y'`), {
      ...{ code, errno: -20, syscall: 'mkdir', path: '/x/y' },
    })
    expect(describe(found)).toBe(
      `A file or folder of the runner cannot be used: ENOTDIR: not a directory, mkdir '/x/y'. Check this path, and the input or variable that leads to it, such as RUNNER_TEMP or HOME.`,
    )
  })

  test('any other error is a bug and keeps its stack', () => {
    const bug = new TypeError('x is not a function')
    expect(describe(bug)).toBe(`Unexpected error, please report it: ${bug.stack}`)
    expect(describe(bug)).toContain('failure.test.ts')
  })

  test('an error may have lost its stack', () => {
    const bug = Object.assign(new Error('gone'), { stack: undefined })
    expect(describe(bug)).toBe('Unexpected error, please report it: gone')
  })

  test('anything can be thrown', () => {
    expect(describe('text')).toBe('Unexpected error, please report it: text')
    expect(describe(undefined)).toBe('Unexpected error, please report it: undefined')
  })
})

test('a Failure has no outputs of its own', () => {
  expect(new Failure('x').outputs).toEqual({})
  expect(new Failure('x', { outputs: { cause: 'y' } }).outputs).toEqual({ cause: 'y' })
})

test.each([
  [new Error('plain'), 'plain'],
  [new Error('two\n  lines\r\nand more\n'), 'two lines and more'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('reason puts %j into one line', (error, line) => {
  expect(reason(error)).toBe(line)
})

test.each([
  ['The key is disabled', 'The key is disabled.'],
  ['Why?', 'Why?'],
  ['Done.', 'Done.'],
  ['Add this: {"a":"b"}', 'Add this: {"a":"b"}'],
])('another sentence can follow %j', (text, whole) => {
  expect(sentence(text)).toBe(whole)
})
