import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { optionOf, readArguments, USAGE } from '../src/arguments.ts'
import { DEFAULTS, readSettings, variableOf } from '../src/settings.ts'

const manifest: { inputs: Record<string, { default?: string }> } = parse(
  readFileSync(new URL('../action.yml', import.meta.url), 'utf8'),
)

describe('readSettings', () => {
  it('has the inputs of action.yml, with their defaults', () => {
    const declared = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? ''])
    expect(DEFAULTS).toEqual(Object.fromEntries(declared))
  })

  it('reads DOCKER_READY_ variables, and nothing of a step', () => {
    const env = { DOCKER_READY_TIMEOUT: '5', DOCKER_READY_FAIL_FAST: 'no', DOCKER_READY_HOST: '', INPUT_HOST: 'x' }
    expect(readSettings(env, expect.unreachable)).toMatchObject({ timeout: 5_000, failFast: false, host: undefined })
    expect(readSettings(env, expect.unreachable, { timeout: '6' })).toMatchObject({ timeout: 6_000 })
  })

  it('speaks of variables, or of options', () => {
    const env = { DOCKER_READY_TIMEOUT: 'x', DOCKER_READY_HOST: 'a', DOCKER_READY_CONTEXT: 'b' }
    expect(() => readSettings(env, expect.unreachable)).toThrow(
      "Only one of DOCKER_READY_HOST and DOCKER_READY_CONTEXT can be set; they are 'a' and 'b'. DOCKER_READY_TIMEOUT must be a duration like 90s, 2m or 1h30m; it is 'x'.",
    )
    expect(() => readSettings({}, expect.unreachable, { min_api_version: 'x' }, optionOf)).toThrow(
      "--min-api-version must be a version like 1.44; it is 'x'.",
    )
    const warned: string[] = []
    readSettings({ DOCKER_READY_TIMEOUTS: '5' }, (line) => warned.push(line))
    expect(warned).toEqual(["Unknown DOCKER_READY_TIMEOUTS. Did you mean 'timeout'?"])
    expect(variableOf('fail_fast')).toBe('DOCKER_READY_FAIL_FAST')
  })
})

describe('readArguments', () => {
  it.each([
    [['--timeout', '120', '--', 'a', '--b'], { timeout: '120' }, ['a', '--b']],
    [['--timeout=120s', '--min-api-version=1.44'], { timeout: '120s', min_api_version: '1.44' }, []],
    [['--require-buildx', '--host', 'h'], { require_buildx: 'true', host: 'h' }, []],
    [['--fail-fast', 'false', '--'], { fail_fast: 'false' }, []],
    [['--required=false', '--', '--'], { required: 'false' }, ['--']],
    [[], {}, []],
  ])('%j', (args, given, command) => expect(readArguments(args)).toEqual({ given, command, help: false }))

  it.each([
    [['./run.sh'], "Unknown argument './run.sh'. Put the command behind --, and see --help."],
    [['--tiemout', '1'], "Unknown argument '--tiemout'. Put the command behind --, and see --help."],
    [['--timeout'], '--timeout needs a value. See --help.'],
    [['--constructor', '1'], "Unknown argument '--constructor'. Put the command behind --, and see --help."],
  ])('%j is wrong', (args, message) => expect(() => readArguments(args)).toThrow(message))

  it('has help for every option', () => {
    expect(readArguments(['--help'])).toMatchObject({ help: true })
    for (const name of Object.keys(DEFAULTS)) expect(USAGE).toContain(optionOf(name))
  })
})
