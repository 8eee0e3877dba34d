import { expect, test } from 'vitest'
import { daemonJob, leftDaemonJob } from '../../src/docker-daemon/found-daemon.ts'
import { memoryJob, scriptedExec, socketAt } from '../../src/testing.ts'

const ENV = { HOME: '/home/me', XDG_RUNTIME_DIR: '/run/user/7' }
const OWN = '/run/user/7/docker.sock'

const jobWith = (env = {}) => {
  const exec = scriptedExec([{}, {}])
  return { given: memoryJob({ ...ENV, ...env }, { exec }), calls: exec.calls }
}

test('docker commands go to a daemon that they would not find, from when it is found', async () => {
  const { given, calls } = jobWith()
  const { job, use } = daemonJob(given)
  await job.exec.run('docker', ['info'])
  use(socketAt(OWN, 'search'))
  await job.exec.run('docker', ['build'], { env: { DOCKER_CONFIG: '/c' } })
  expect(calls.map(({ options }) => options.env)).toEqual([{}, { DOCKER_HOST: `unix://${OWN}`, DOCKER_CONFIG: '/c' }])
  expect(job.env['DOCKER_HOST']).toBe(`unix://${OWN}`)
  expect(given.told.lines).toEqual([expect.stringContaining(`does not look at unix://${OWN} by itself`)])
})

test.each(['default', 'DOCKER_HOST', 'currentContext'] as const)('nothing is said of one by %s', (source) => {
  const { given } = jobWith()
  const { job, use } = daemonJob(given)
  use(socketAt(OWN, source))
  expect([job.env['DOCKER_HOST'], given.told.lines, given.told.state]).toEqual([undefined, [], {}])
})

test('the post step goes to the same daemon', () => {
  const { given } = jobWith()
  daemonJob(given).use(socketAt(OWN, 'search'))
  expect(leftDaemonJob(given).env['DOCKER_HOST']).toBe(`unix://${OWN}`)
})

test.each([
  ['tcp://elsewhere:2375', {}],
  ['unix:///tmp/other.sock', {}],
  ['unix:///var/run/docker.sock', {}],
  [`unix://${OWN}`, { DOCKER_HOST: 'unix:///named.sock' }],
  ['', {}],
])('the post step takes nothing else from the state: %j with %j', (state, env) => {
  const { given } = jobWith(env)
  given.runner.saveState('dockerHost', state)
  expect(leftDaemonJob(given).env).toEqual(given.env)
})
