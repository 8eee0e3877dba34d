import { describe, expect, test } from 'vitest'
import { buildWarnings } from '../../src/build-log/build-warnings.ts'
import { readRecordings } from '../support/build-recordings.ts'

const CASING = "FromAsCasing: 'as' and 'FROM' keywords' casing do not match"

describe.each(['buildx', 'remote'] as const)('the warnings of %s', (builder) => {
  const of = (title: string) => buildWarnings(readRecordings(builder)[title]?.stderr ?? '')

  test('are read behind the log of a build that succeeds', () => {
    expect(of('checks warn, and the build succeeds')).toEqual([
      { text: CASING, line: 1 },
      { text: 'MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label', line: 2 },
    ])
  })

  test('are read before the error of one that fails', () => {
    expect(of('checks are errors')).toEqual([{ text: CASING, line: 2 }])
  })

  test('are none where there are none', () => {
    expect(of('missing file')).toEqual([])
  })
})

describe('warnings', () => {
  test('are told once, and may have no line', () => {
    const list =
      ' 3 warnings found (use docker --debug to expand):\n - A: x (line 3)\n - B: y\n - A: x (line 3)\n\n - C: z\n'
    expect(buildWarnings(list)).toEqual([
      { text: 'A: x', line: 3 },
      { text: 'B: y', line: undefined },
    ])
  })

  test('are not what a step printed', () => {
    expect(buildWarnings('#5 0.1  1 warning found:\n#5 0.1  - A: x (line 3)\n')).toEqual([])
  })
})
