import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote } from '../../src/docker-daemon/quote.ts'

describe('quote', () => {
  it('keeps a text of others in one line', () => {
    expect(quote(' a\r\n\tb\u0000\u202ec ')).toBe('a b c')
    expect(quote('x'.repeat(300), 10)).toBe(`${'x'.repeat(10)}…`)
  })

  it('never leaves anything that the runner takes for a command', () => {
    const hostile = fc
      .array(fc.constantFrom('::', '##[', ':', '#', '[', '\n', 'add-mask', 'set-env name=x', ' '))
      .map((p) => p.join(''))
    fc.assert(
      fc.property(hostile, (text) => {
        expect(quote(text)).not.toMatch(/::|##\[|\n/)
      }),
    )
  })
})
