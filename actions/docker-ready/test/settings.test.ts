import { readFileSync } from 'node:fs'
import { optionOf } from '@container-actions/core'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { COMMAND_LINE, settingsOf } from '../src/settings.ts'

const manifest: { inputs: Record<string, { default?: string }> } = parse(
  readFileSync(new URL('../action.yml', import.meta.url), 'utf8'),
)

describe('settingsOf', () => {
  it('has the inputs of action.yml, with their defaults', () => {
    const declared = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? ''])
    expect(COMMAND_LINE.defaults).toEqual(Object.fromEntries(declared))
  })

  it('reads DOCKER_READY_ variables, and nothing of a step', () => {
    const env = { DOCKER_READY_TIMEOUT: '5', DOCKER_READY_FAIL_FAST: 'no', DOCKER_READY_HOST: '', INPUT_HOST: 'x' }
    expect(settingsOf(env, expect.unreachable)).toMatchObject({ timeout: 5_000, failFast: false, host: undefined })
    expect(settingsOf(env, expect.unreachable, { timeout: '6' })).toMatchObject({ timeout: 6_000 })
  })

  it('speaks of variables, or of options', () => {
    const env = { DOCKER_READY_TIMEOUT: 'x', DOCKER_READY_HOST: 'a', DOCKER_READY_CONTEXT: 'b' }
    expect(() => settingsOf(env, expect.unreachable)).toThrow(
      "Only one of DOCKER_READY_HOST and DOCKER_READY_CONTEXT can be set; they are 'a' and 'b'. DOCKER_READY_TIMEOUT must be a duration like 90s, 2m or 1h30m; it is 'x'.",
    )
    expect(() => settingsOf({}, expect.unreachable, { min_api_version: 'x' }, optionOf)).toThrow(
      "--min-api-version must be a version like 1.44; it is 'x'.",
    )
    const warned: string[] = []
    settingsOf({ DOCKER_READY_TIMEOUTS: '5' }, (line) => warned.push(line))
    expect(warned).toEqual(['Unknown DOCKER_READY_TIMEOUTS. Did you mean DOCKER_READY_TIMEOUT?'])
  })
})
