import { describe, expect, test } from 'vitest'
import { commandPause, outspoken } from '../../src/step/command-pause.ts'
import { memoryRunner } from '../../src/testing.ts'

function pausing() {
  const runner = memoryRunner()
  const { lines, masks } = runner.told
  const pause = commandPause(runner.command)
  const aloud = outspoken({ ...runner, mask: (secret) => void lines.push(`mask ${secret}`) }, pause)
  const stops = () => lines.flatMap((line) => /^::stop-commands::(\S+)$/.exec(line)?.[1] ?? [])
  return { lines, masks, pause, aloud, stops }
}

describe('while children print', () => {
  test('a secret is masked outside of the pause, at the beginning of a line', () => {
    const { lines, pause, aloud, stops } = pausing()
    pause.begin()
    pause.saw(Buffer.from('half a line'))
    aloud.mask('secret')
    pause.end()
    const [first, second] = stops()
    expect(lines).toEqual([
      `::stop-commands::${first}`,
      `\n::${first}::`,
      'mask secret',
      `::stop-commands::${second}`,
      `::${second}::`,
    ])
    expect(first).not.toBe(second)
  })

  test.each(['debug', 'notice', 'warning', 'fail', 'startGroup'] as const)('%s is obeyed', (name) => {
    const { lines, pause, aloud, stops } = pausing()
    pause.begin()
    aloud[name]('words')
    expect(lines.findIndex((line) => line.endsWith(': words'))).toBe(lines.indexOf(`::${stops()[0]}::`) + 1)
  })

  test('it lasts until the last of them has ended', () => {
    const { lines, pause, stops } = pausing()
    pause.begin()
    pause.begin()
    pause.end()
    expect(lines).toEqual([`::stop-commands::${stops()[0]}`])
    pause.end()
    expect(lines.at(-1)).toBe(`::${stops()[0]}::`)
  })
})

test('otherwise everything is said as it is', () => {
  const { lines, aloud } = pausing()
  aloud.warning('words')
  aloud.endGroup()
  expect(lines).toEqual(['warning: words'])
})
