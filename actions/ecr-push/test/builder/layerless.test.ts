import { describe, expect, test } from 'vitest'
import { isLayerless } from '../../src/builder/layerless.ts'
import { dockerfileLines, instructionsOf } from '../../src/context/dockerfile.ts'

/** Dockerfiles, a target, and whether their image certainly has no layers. */
const CASES: readonly (readonly [string, string | undefined, boolean])[] = [
  ['FROM scratch', undefined, true],
  ['FROM scratch\nLABEL a=b', undefined, true],
  ['\u{FEFF}# a comment\n\nfrom Scratch as X\nlabel a=b\n  ENV c=d', undefined, true],
  [
    'ARG x\nFROM --platform=$BUILDPLATFORM scratch\r\nCMD ["x"]\r\nUSER 5\r\nEXPOSE 1\r\nVOLUME /x\r\n',
    undefined,
    true,
  ],
  ['FROM scratch AS a\nLABEL a=b\nFROM A AS b\nLABEL b=c', undefined, true],
  ['FROM scratch AS a\nCOPY x /x\nFROM scratch\nLABEL b=c', undefined, true],
  ['FROM scratch\nLABEL a=b \\\n  # no end\n\n  c=d', undefined, true],
  ['# escape=`\nFROM scratch\nLABEL a=C:\\\nENV b=c', undefined, true],
  ['# syntax=docker/dockerfile:1.7\nFROM scratch\nLABEL a=b', undefined, true],
  ['FROM scratch AS a\nRUN x\nFROM scratch AS b\nLABEL b=c', 'B', true],
  ['FROM scratch AS a\nLABEL b=c\nFROM scratch AS b\nCOPY x /x', '0', true],

  ['', undefined, false],
  ['FROM scratch\nCOPY x /x', undefined, false],
  ['FROM scratch\nADD x /x', undefined, false],
  ['FROM scratch\nWORKDIR /x', undefined, false],
  ['FROM scratch\nRUN ["x"]', undefined, false],
  ['FROM scratch\nNEW thing', undefined, false],
  ['FROM alpine\nLABEL a=b', undefined, false],
  ['ARG BASE=scratch\nFROM $BASE\nLABEL a=b', undefined, false],
  ['FROM scratch AS a\nCOPY x /x\nFROM a\nLABEL b=c', undefined, false],
  ['FROM scratch AS a\nCOPY x /x\nFROM scratch\nLABEL b=c', 'a', false],
  ['FROM scratch\nLABEL b=c', 'nowhere', false],
  ['FROM scratch\nLABEL b=c', '7', false],
  ['# syntax=example.com/own:1\nFROM scratch\nLABEL a=b', undefined, false],
  // What stands in a here-document is no instruction.
  ['FROM scratch\nCOPY <<EOF <<-"E2" /x/\nEOF2\nEOF\n\tFROM scratch\n\tE2\nLABEL a=b', undefined, false],
  ['FROM alpine\nRUN <<EOF\nFROM scratch\nLABEL a=b\nEOF', undefined, false],
  ['FROM alpine\nRUN cat <<EOF && \\\n  true\nFROM scratch\nEOF\nLABEL a=b', undefined, false],
]

describe('an image without layers', () => {
  test.each(CASES)('%j with target %s: %s', (text, target, expected) => {
    expect(isLayerless(text, target)).toBe(expected)
  })
})

test('an instruction has the number of its first line', () => {
  const text = '# x\nFROM a\n\nRUN b \\\n  && c <<E\nCOPY no\nE\nCMD d\n'
  expect(instructionsOf(dockerfileLines(text))).toEqual([
    { keyword: 'FROM', text: 'a', line: 2 },
    { keyword: 'RUN', text: 'b   && c <<E', line: 4 },
    { keyword: 'CMD', text: 'd', line: 8 },
  ])
})
