import { describe, expect, test } from 'vitest'
import { instructionLine } from '../../src/build-log/dockerfile-line.ts'

const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG BASE=alpine

FROM --platform=linux/amd64 alpine AS build
RUN one; \\
  # a comment
  two
copy   a   b
FROM registry.example/base:2
COPY --from=build /b /b
RUN one;   two
RUN last`

describe('the line of an instruction', () => {
  test.each([
    ['ARG BASE=alpine', 2],
    ['FROM docker.io/library/alpine:latest', 4],
    ['FROM registry.example/base:2', 9],
    ['copy a b', 8],
    ['COPY --from=build /b /b', 10],
    ['RUN last', 12],
    ['RUN other', undefined],
    ['FROM registry.example/base', undefined],
    ['', undefined],
  ])('%j is in %s', (shown, line) => {
    expect(instructionLine(DOCKERFILE, shown)).toBe(line)
  })

  test('is not known where two are alike, but by their number', () => {
    expect(instructionLine(DOCKERFILE, 'RUN one;   two')).toBeUndefined()
    expect(instructionLine(DOCKERFILE, 'RUN one;   two', 3)).toBe(5)
    expect(instructionLine(DOCKERFILE, 'RUN one; two', 7)).toBe(11)
    expect(instructionLine(DOCKERFILE, 'RUN one; two', 99)).toBeUndefined()
  })

  test('is found with the Windows character for a line that goes on, and its newlines', () => {
    const windows = '# escape=`\r\nFROM scratch\r\nRUN one `\r\n  two\r\nCOPY a c:\\\r\n'
    expect(instructionLine(windows, 'RUN one two')).toBe(3)
    expect(instructionLine(windows, 'COPY a c:\\')).toBe(5)
  })

  test('is found in an instruction without an end', () => {
    expect(instructionLine('FROM scratch\nRUN one \\\n', 'RUN one')).toBe(2)
  })
})
