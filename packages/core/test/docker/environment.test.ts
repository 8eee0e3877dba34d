import { expect, test } from 'vitest'
import { dockerExec } from '../../src/docker/environment.ts'
import { scriptedExec } from '../../src/testing.ts'

const variablesFor = async (args: readonly string[], env = {}, own = {}) => {
  const exec = scriptedExec([{}])
  await dockerExec({ env: own, exec }).run('docker', args, { env })
  return exec.calls[0]?.options.env
}

test('docker gets none of the variables that spoil its log, and signs nothing', async () => {
  expect(await variablesFor(['push', 'x'], { A: '1' })).toEqual({
    ...{ A: '1', DOCKER_CLI_HINTS: 'false' },
    ...{ BUILDKIT_PROGRESS: undefined, DEBUG: undefined, DOCKER_CONTENT_TRUST: undefined },
  })
})

test('a variable that the build reads by its name stays', async () => {
  expect(await variablesFor(['build', '--build-arg=DEBUG', '.'])).not.toHaveProperty('DEBUG')
  expect(await variablesFor(['build', '--secret=id=a,env=DEBUG', '.'])).not.toHaveProperty('DEBUG')
  expect(await variablesFor(['build', '--build-arg=DEBUG=1', '.'])).toHaveProperty('DEBUG', undefined)
})

test('what a call gives itself wins', async () => {
  expect(await variablesFor(['x'], { DEBUG: '1' })).toHaveProperty('DEBUG', '1')
})

test('a place of the engine that is empty is none', async () => {
  const env = await variablesFor(['x'], {}, { DOCKER_HOST: '', DOCKER_CONTEXT: '' })
  expect(env).toMatchObject({ DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined })
  expect(await variablesFor(['x'], {}, { DOCKER_HOST: 'unix:///a' })).not.toHaveProperty('DOCKER_HOST')
})
