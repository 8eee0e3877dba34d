import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scriptRunner } from '../../src/program/script-runner.ts'

describe('scriptRunner', () => {
  it('writes workflow commands that stay one line each', () => {
    const lines: string[] = []
    const runner = scriptRunner({}, (line) => lines.push(line))
    runner.info('plain')
    runner.warning('50% of\r\ntwo lines')
    runner.fail('over')
    expect(lines).toEqual(['plain', '::warning::50%25 of%0Atwo lines', '::error::over'])
  })

  it('obeys nothing that a line holds', () => {
    const lines: string[] = []
    const runner = scriptRunner({}, (line) => lines.push(line))
    for (const say of [runner.info, runner.warning, runner.fail]) say('::add-mask::a ##[add-path]b\rc')
    const shown = '\\::add-mask::a ##\\[add-path]b\\u{d}c'
    expect(lines).toEqual([shown, `::warning::${shown}`, `::error::${shown}`])
  })

  it('appends variables to the file of GITHUB_ENV, each behind a delimiter of its own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'script-runner-'))
    const file = join(folder, 'env')
    try {
      const runner = scriptRunner({ GITHUB_ENV: file }, expect.unreachable)
      runner.exportVariable('A', '1\n2')
      runner.exportVariable('B', '')
      const pattern = /^A<<(end-\S+)\n1\n2\n\1\nB<<(end-\S+)\n\n\2\n$/
      expect(readFileSync(file, 'utf8')).toMatch(pattern)
      const [, first, second] = pattern.exec(readFileSync(file, 'utf8')) ?? []
      expect(first).not.toBe(second)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('exports nothing where the runner gives no file', () => {
    expect(() => scriptRunner({}, expect.unreachable).exportVariable('A', '1')).not.toThrow()
  })
})
