import { describe, expect, it } from 'vitest'
import { type CommandLine, optionLines, optionOf, readArguments, readSettings } from '../../src/program/command-line.ts'

const LINE: CommandLine = {
  prefix: 'DOCKER_READY_',
  defaults: {
    host: '',
    timeout: '120s',
    min_api_version: '',
    fail_fast: 'true',
    required: 'true',
    require_buildx: 'false',
    token: '',
  },
  switches: new Set(['fail_fast', 'required', 'require_buildx']),
  secrets: new Set(['token']),
}

describe('readArguments', () => {
  it.each([
    [['--timeout', '120', '--', 'a', '--b'], { timeout: '120' }, ['a', '--b']],
    [['--timeout=120s', '--min-api-version=1.44'], { timeout: '120s', min_api_version: '1.44' }, []],
    [['--require-buildx', '--host', 'h'], { require_buildx: 'true', host: 'h' }, []],
    [['--fail-fast', 'false', '--'], { fail_fast: 'false' }, []],
    [['--required=false', '--', '--'], { required: 'false' }, ['--']],
    [['--host=', '--timeout', '--required'], { host: '', timeout: '--required' }, []],
    [['--required', 'no', '--fail-fast'], { required: 'no', fail_fast: 'true' }, []],
    [['--', '--help'], {}, ['--help']],
    [[], {}, []],
  ])('%j', (args, given, command) => expect(readArguments(args, LINE)).toEqual({ given, command, help: false }))

  it.each([
    [['./run.sh'], "Unknown argument './run.sh'. Put the command after --, see --help."],
    [['--tiemout', '1'], "Unknown argument '--tiemout'. Put the command after --, see --help."],
    [['--timeout', '--', 'a'], '--timeout needs a value. See --help.'],
    [['--timeout'], '--timeout needs a value. See --help.'],
    [['--token', 'x'], "Unknown argument '--token'. Put the command after --, see --help."],
    [['--min_api_version', '1'], "Unknown argument '--min_api_version'. Put the command after --, see --help."],
    [['--tiemout=1'], "Unknown argument '--tiemout=1'. Put the command after --, see --help."],
    [['-h'], "Unknown argument '-h'. Put the command after --, see --help."],
    [['--required', 'no', 'no'], "Unknown argument 'no'. Put the command after --, see --help."],
    [['--constructor', '1'], "Unknown argument '--constructor'. Put the command after --, see --help."],
  ])('%j is wrong', (args, message) => expect(() => readArguments(args, LINE)).toThrow(message))

  it('has help for every option', () => {
    expect(readArguments(['--help'], LINE)).toMatchObject({ help: true })
    expect(optionLines({ ...LINE, defaults: { host: '', timeout: '120s', token: '' } })).toBe(
      '  --host\n  --timeout (120s)\n',
    )
  })
})

describe('readSettings', () => {
  const line: CommandLine = { prefix: 'DOCKER_READY_', defaults: { timeout: '120s', token: '' } }
  const read = (env: Record<string, string>, given?: Record<string, string>, called?: (name: string) => string) =>
    readSettings(
      (input) => [input.optional('token'), input.duration('timeout')],
      line,
      env,
      expect.unreachable,
      given,
      called,
    )

  it('takes options before variables before defaults', () => {
    const env = { DOCKER_READY_TOKEN: 't', DOCKER_READY_TIMEOUT: '5s', INPUT_TIMEOUT: '1s' }
    expect(read({})).toEqual([undefined, 120_000])
    expect(read(env)).toEqual(['t', 5_000])
    expect(read(env, { timeout: '6s' })).toEqual(['t', 6_000])
  })

  it('speaks of options where it is told to', () => {
    expect(() => read({}, { timeout: 'x' }, optionOf)).toThrow(
      "--timeout must be a duration like 90s, 2m or 1h30m; it is 'x'.",
    )
  })
})
