import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { actionsRunner } from '../../src/step/runner.ts'
import { testFolder } from '../support/folder.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** What `say` writes to standard output. */
function printed(say: () => void): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  say()
  const text = write.mock.calls.map(([chunk]) => chunk).join('')
  write.mockRestore()
  return text
}

/** A file command of the runner: its file, which the variable names. */
function fileCommand(variable: string): () => string {
  const file = join(testFolder(), 'file')
  writeFileSync(file, '')
  vi.stubEnv(variable, file)
  return () => readFileSync(file, 'utf8').replaceAll(/ghadelimiter_[0-9a-f-]+/g, 'END')
}

describe('lines', () => {
  test.each([
    ['info', () => actionsRunner.info('a%\nb'), 'a%\nb\n'],
    ['debug', () => actionsRunner.debug('a%\nb'), '::debug::a%25%0Ab\n'],
    ['notice', () => actionsRunner.notice('a%\nb'), '::notice::a%25%0Ab\n'],
    ['warning', () => actionsRunner.warning('a%\nb'), '::warning::a%25%0Ab\n'],
    ['startGroup', () => actionsRunner.startGroup('a%\nb'), '::group::a%25%0Ab\n'],
    ['endGroup', () => actionsRunner.endGroup(), '::endgroup::\n'],
    ['command', () => actionsRunner.command('::stop-commands::a'), '::stop-commands::a\n'],
    ['mask', () => actionsRunner.mask('a%\nb'), '::add-mask::a%25%0Ab\n'],
  ])('%s', (_, say, line) => {
    expect(printed(say)).toBe(line)
  })

  test('fail makes the step fail', () => {
    const before = process.exitCode
    try {
      expect(printed(() => actionsRunner.fail('a%\nb'))).toBe('::error::a%25%0Ab\n')
      expect(process.exitCode).toBe(1)
    } finally {
      process.exitCode = before
    }
  })
})

describe('lines at a place', () => {
  const at = { file: 'a,b:c%\n##[x].Dockerfile', line: 3 }
  const place = 'file=a%2Cb%3Ac%25%0A##\\[x].Dockerfile,line=3'

  test('are pinned to it, whatever its name is', () => {
    const before = process.exitCode
    try {
      expect(printed(() => actionsRunner.warning('w', at))).toBe(`::warning ${place}::w\n`)
      expect(printed(() => actionsRunner.fail('f', at))).toBe(`::error ${place}::f\n`)
    } finally {
      process.exitCode = before
    }
  })
})

describe('a file of the runner that cannot be written', () => {
  test.each([
    ['GITHUB_OUTPUT', () => actionsRunner.setOutput('a', 'b')],
    ['GITHUB_STATE', () => actionsRunner.saveState('a', 'b')],
    ['GITHUB_ENV', () => actionsRunner.exportVariable('A_VARIABLE_OF_A_TEST', 'b')],
    ['GITHUB_PATH', () => actionsRunner.addPath('/nowhere')],
  ])('is a failure in one line: %s', (variable, say) => {
    vi.stubEnv('A_VARIABLE_OF_A_TEST', '')
    vi.stubEnv('PATH', process.env['PATH'] ?? '')
    vi.stubEnv(variable, '/nowhere/file')
    expect(say).toThrow(
      `The runner's file that ${variable} names cannot be written: Missing file at path: /nowhere/file. Leave this variable as the runner sets it.`,
    )
    expect(say).toThrow(Failure)
  })

  test('is left to the line of a full disk where that is why', () => {
    vi.stubEnv('GITHUB_STATE', '/dev/full')
    expect(() => actionsRunner.saveState('a', 'b')).toThrow(/^ENOSPC/)
  })

  test('is a warning for the summary, which tells of what was done and is no part of it', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '/nowhere/file')
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    await actionsRunner.summary('text')
    expect(write.mock.calls.map(([chunk]) => chunk).join('')).toMatch(
      /^::warning::The summary of this step cannot be written: .*\/nowhere\/file.*\n$/,
    )
  })
})

describe('text of strangers', () => {
  const hostile = '##[save-state name=x]y\r::set-output name=a::b\n ::warning::c\u001b[2K'
  test.each(['info', 'debug', 'notice', 'warning', 'startGroup'] as const)(
    '%s shows it and obeys none of it',
    (name) => {
      const lines = printed(() => actionsRunner[name](hostile)).split(/\r\n|\r|\n/)
      const own = name === 'info' ? [] : [name.toLowerCase().replace('start', '')]
      const obeyed = lines.flatMap(
        (line) => /^\s*::([\w-]+)/.exec(line)?.[1] ?? (line.includes('##[') ? 'bracket' : []),
      )
      expect(obeyed).toEqual(own)
      expect(lines.join(' ')).toContain('##\\[save-state name=x]y\\u{d}::set-output name=a::b')
    },
  )
})

describe('file commands', () => {
  test('setOutput keeps the value whole', () => {
    const read = fileCommand('GITHUB_OUTPUT')
    actionsRunner.setOutput('images', 'a%\nb')
    actionsRunner.setOutput('count', 2)
    actionsRunner.setOutput('created', false)
    expect(read()).toBe('images<<END\na%\nb\nEND\ncount<<END\n2\nEND\ncreated<<END\nfalse\nEND\n')
  })

  test('saveState is what state reads in the post step', () => {
    const read = fileCommand('GITHUB_STATE')
    actionsRunner.saveState('folders', '["/a"]')
    expect(read()).toBe('folders<<END\n["/a"]\nEND\n')
    vi.stubEnv('STATE_folders', '["/a"]')
    expect([actionsRunner.state('folders'), actionsRunner.state('none')]).toEqual(['["/a"]', ''])
  })

  test('exportVariable and addPath count for this process, too', () => {
    const [variables, path] = [fileCommand('GITHUB_ENV'), fileCommand('GITHUB_PATH')]
    vi.stubEnv('RUNNER_TEST', undefined)
    vi.stubEnv('PATH', '/bin')
    actionsRunner.exportVariable('RUNNER_TEST', 'x')
    actionsRunner.addPath('/opt/bin')
    expect([variables(), path()]).toEqual(['RUNNER_TEST<<END\nx\nEND\n', '/opt/bin\n'])
    expect([process.env['RUNNER_TEST'], process.env['PATH']]).toEqual(['x', '/opt/bin:/bin'])
  })

  test('summary adds to the page of the job, where there is one', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '')
    await actionsRunner.summary('lost')
    const read = fileCommand('GITHUB_STEP_SUMMARY')
    await actionsRunner.summary('### One\n')
    await actionsRunner.summary('two')
    expect(read()).toBe('### One\n\ntwo\n')
  })
})
