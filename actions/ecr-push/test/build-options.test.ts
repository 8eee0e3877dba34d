import { inputsOf } from '@container-actions/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BuildOptions, buildArguments, readBuildOptions } from '../src/build-options.ts'
import { parseLines } from '../src/lines.ts'

const GIVEN = { pull: 'false', no_cache: 'false', compat: 'none' }

const read = (given: Record<string, string>) => {
  const input = inputsOf({ ...GIVEN, ...given })
  const options = readBuildOptions(input)
  input.check()
  return options
}

describe('parseLines', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['a=1,2\r\n\n  b=$(id)  ', ['a=1,2', 'b=$(id)']],
    ['"a=one\ntwo ""three"""\nb=4', ['a=one\ntwo "three"', 'b=4']],
  ])('%j', (text, values) => {
    expect(parseLines(text)).toEqual(values)
  })

  test.each(['"a', '"a" b'])('%j is a mistake', (text) => {
    expect(parseLines(text)).toMatch(/^has a quote that is never closed, or text behind it: "/)
  })

  test('quoted values come back as they were', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\r\n'))
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const text = values.map((each) => `"${each.replaceAll('"', '""')}"`).join('\n')
        expect(parseLines(text)).toEqual(values)
      }),
    )
  })
})

test('the options of a build', () => {
  const given = { build_args: 'A=1, 2\nHTTP_PROXY', labels: 'x.y=z', target: 'app', pull: 'true', no_cache: 'true' }
  const options: BuildOptions = {
    args: ['A=1, 2', 'HTTP_PROXY'],
    labels: ['x.y=z'],
    target: 'app',
    pull: true,
    noCache: true,
    compat: 'none',
  }
  expect(read(given)).toEqual(options)
  for (const builder of ['buildx', 'buildkit', 'classic'] as const) {
    expect(buildArguments(options, builder)).toEqual([
      '--build-arg=A=1, 2',
      '--build-arg=HTTP_PROXY',
      '--label=x.y=z',
      '--target=app',
      '--pull',
      '--no-cache',
    ])
  }
})

test('an image for Lambda has no attestations, which only buildx adds', () => {
  const options = read({ compat: 'lambda' })
  expect(buildArguments(options, 'buildx')).toEqual(['--provenance=false', '--sbom=false'])
  expect(buildArguments(options, 'buildkit')).toEqual([])
  expect(buildArguments(options, 'classic')).toEqual([])
})

test.each([
  [{ build_args: '=x' }, `Input 'build_args' has "=x", which is not NAME=value. Give one per line.`],
  [{ labels: 'a b=c' }, `Input 'labels' has "a b=c", which is not NAME=value. Give one per line.`],
  [{ labels: '"a' }, `Input 'labels' has a quote that is never closed, or text behind it: "\\"a".`],
])('%j is a mistake', (given, line) => {
  expect(() => read(given)).toThrow(line)
})
