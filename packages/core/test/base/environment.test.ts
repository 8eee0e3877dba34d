import { execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { describe, expect, test } from 'vitest'
import { childEnvironment, homeFolder, processEnvironment } from '../../src/base/environment.ts'

test('a child gets no input, and the changes on top', () => {
  const env = { PATH: '/bin', HOME: '/home/a', GONE: undefined, INPUT_SECRET_ACCESS_KEY: 'x', 'INPUT_BUILD-ARGS': 'y' }
  expect(childEnvironment(env, { HOME: '/home/b', DOCKER_CONFIG: '/tmp/c' })).toStrictEqual({
    PATH: '/bin',
    HOME: '/home/b',
    DOCKER_CONFIG: '/tmp/c',
  })
})

test('a change can take a variable away, and cannot bring an input back', () => {
  expect(childEnvironment({ A: '1', B: '2' }, { A: undefined, INPUT_A: '3' })).toStrictEqual({ B: '2' })
})

test('a child has no access to the services of the runner, but where a change gives it', () => {
  const names = ['RUNTIME_TOKEN', 'RUNTIME_URL', 'RESULTS_URL', 'CACHE_URL', 'ID_TOKEN_REQUEST_TOKEN']
  const access = Object.fromEntries([...names, 'ID_TOKEN_REQUEST_URL'].map((name) => [`ACTIONS_${name}`, 'x']))
  const kept = { ACTIONS_CACHE_SERVICE_V2: 'true', GITHUB_TOKEN: 'set by the user' }
  expect(childEnvironment({ ...access, ...kept })).toStrictEqual(kept)
  expect(childEnvironment({ ...access, ...kept }, { ACTIONS_RUNTIME_TOKEN: 'y' })).toStrictEqual({
    ...kept,
    ACTIONS_RUNTIME_TOKEN: 'y',
  })
})

test('the environment of the process is its own', () => {
  expect(processEnvironment()['PATH']).toBe(process.env['PATH'])
})

describe('the home of the user', () => {
  test('is HOME, or else what the system knows', () => {
    expect(homeFolder({ HOME: '/home/ci' })).toBe('/home/ci')
    expect(homeFolder({ HOME: '' })).toBe(userInfo().homedir)
  })

  test.runIf(process.getuid?.() === 0)('is missing for a user that the system does not know (as root)', () => {
    const script = `const { homeFolder } = await import(${JSON.stringify(new URL('../../src/base/environment.ts', import.meta.url))})
process.setuid(54321)
try { homeFolder({}) } catch (error) { console.log(error.name + ': ' + error.message) }`
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe(
      "Failure: The runner's user 54321 has no home folder: HOME is not set, and the system does not know this user. Set HOME in the environment of the runner, or of the job's container.\n",
    )
  })
})
