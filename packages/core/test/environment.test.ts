import { expect, test } from 'vitest'
import { childEnvironment, processEnvironment } from '../src/environment.ts'

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

test('the environment of the process is its own', () => {
  expect(processEnvironment()['PATH']).toBe(process.env['PATH'])
})
