import { describe, expect, test } from 'vitest'
import { sourcesOf } from '../../src/content/read-sources.ts'

const PATHS = ['a', 'a/b', 'a/b/c', 'b', 'b.json', 'c d']

/** Which of the paths a Dockerfile makes the builder read. */
const read = (lines: string, context = '', args: readonly string[] = []) =>
  PATHS.filter(sourcesOf(lines, args)(context).has).join()

describe('the main context', () => {
  test.each([
    ['', ''],
    ['COPY a /', 'a,a/b,a/b/c'],
    ['COPY --chown=1:1 ./a/b/ b.json /x/', 'a,a/b,a/b/c,b.json'],
    ['COPY /a/x/../b /x', 'a,a/b,a/b/c'],
    ['COPY ../b /x', 'b'],
    ['COPY . /', PATHS.join()],
    ['COPY b* /', 'b,b.json'],
    ['ADD *.json /', 'b.json'],
    ['COPY [^a]* /', 'b,b.json,c d'],
    ['COPY ["c d", "/x"]', 'c d'],
    ['COPY a/$NAME /', 'a,a/b,a/b/c'],
    ['COPY $NAME /', PATHS.join()],
    ['COPY <<a /x\nb\na', ''],
    ['COPY --from=a b /', ''],
    ['RUN --mount=type=bind,source=b,target=/b make', 'b'],
    ['RUN --mount=target=/src make', PATHS.join()],
    ['RUN --mount=type=cache,target=/a --mount=type=bind,from=x,target=/x make', ''],
    ['RUN make a', ''],
    ['# syntax=docker/dockerfile:1.7-labs\nCOPY --parents ./a/./b /x', 'a,a/b,a/b/c'],
    ['# syntax=example.com/own\nCOPY b /', PATHS.join()],
  ])('%s', (lines, expected) => {
    expect(read(lines)).toBe(expected)
  })

  test('a build argument may name another frontend', () => {
    expect(read('COPY b /', '', ['BUILDKIT_SYNTAX=example.com/own'])).toBe(PATHS.join())
  })
})

test.each([
  ['FROM More', PATHS.join()],
  ['COPY --from=more b /', 'b'],
  ['RUN --mount=from=more,source=a/b,target=/x make', 'a,a/b,a/b/c'],
  // It may be there by another spelling of its name.
  ['FROM docker.io/library/more', PATHS.join()],
])('a further context: %s', (lines, expected) => {
  expect(read(lines, 'more')).toBe(expected)
})

test('a source, and what is above it, may be a link', () => {
  const { isSource, isPattern } = sourcesOf('COPY a/b /', [])('')
  expect(['a', 'a/b', 'a/b/c', 'b'].map(isSource)).toEqual([true, true, false, false])
  expect(isPattern).toBe(false)
  expect(sourcesOf('COPY a/b?/c /', [])('').isPattern).toBe(true)
})
