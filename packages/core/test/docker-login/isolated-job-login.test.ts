import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Environment } from '../../src/base/environment.ts'
import { endJobLogins, jobLogins } from '../../src/docker-login/job-logins.ts'
import type { Authorization } from '../../src/ecr/authorization.ts'
import { memoryJob } from '../../src/testing.ts'
import { testFolder } from '../support/folder.ts'
import { recordFolder } from '../support/folder-record.ts'

const [A, B, C] = ['a.example', 'b.example', 'c.example'] as const

const login = (password: string): Authorization => ({
  username: 'AWS',
  password,
  token: Buffer.from(`AWS:${password}`).toString('base64'),
  expiresAt: undefined,
})
const logins = (...hosts: string[]) => new Map(hosts.map((host) => [host, login(`pass-${host}`)]))

/** One job on a machine: its steps see what earlier ones exported, and its post steps run last first. */
function startJob(home = testFolder()) {
  const temp = testFolder()
  let env: Environment = { HOME: home, RUNNER_TEMP: temp, PATH: '/bin' }
  const posts: Record<string, string>[] = []
  const exported = (told: { variables: Record<string, string>; path: string[] }) => {
    const path = [...told.path.toReversed(), env['PATH']].join(':')
    env = { ...env, ...told.variables, PATH: path }
  }
  return {
    home,
    temp,
    env: () => env,
    async logIn(hosts: readonly string[], { logout = true } = {}) {
      const job = memoryJob(env)
      const folder = await jobLogins('isolated', { logout }, job).logIn(logins(...hosts))
      exported(job.told)
      posts.push(job.told.state)
      return { folder, told: job.told }
    },
    /** The post step of the latest login that has not had one. */
    async post() {
      const job = memoryJob(env)
      for (const [name, value] of Object.entries(posts.pop() ?? {})) job.runner.saveState(name, value)
      await endJobLogins(job)
      exported(job.told)
    },
  }
}

const configIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
const hostsIn = (folder: string) => Object.keys(configIn(folder).auths).sort()

describe('a login for the job', () => {
  test('is exported for the later steps, and has gone after the job', async () => {
    const job = startJob()
    const { folder, told } = await job.logIn([A, B])
    expect(told.variables).toEqual({ DOCKER_CONFIG: folder, BUILDX_CONFIG: join(job.home, '.docker', 'buildx') })
    expect(told.path).toEqual([])
    expect(configIn(folder)).toEqual({
      auths: { [A]: { auth: login(`pass-${A}`).token }, [B]: { auth: login(`pass-${B}`).token } },
    })
    expect(statSync(join(folder, 'config.json')).mode & 0o777).toBe(0o600)
    expect(hostsIn(folder)).toEqual([A, B])
    await job.post()
    expect(readdirSync(job.temp)).toEqual([])
  })

  test('gives the steps that clean up after it the configuration from before', async () => {
    const job = startJob()
    await job.logIn([A])
    await job.post()
    expect(job.env()).toMatchObject({
      DOCKER_CONFIG: join(job.home, '.docker'),
      BUILDX_CONFIG: join(job.home, '.docker', 'buildx'),
    })
  })

  test('keeps nothing secret in its state', async () => {
    const { told } = await startJob().logIn([A])
    expect(JSON.stringify([told.state, told.variables, told.lines])).not.toMatch(
      new RegExp(`pass-|${Buffer.from('AWS:pass').toString('base64').slice(0, -2)}`),
    )
  })

  test('stays where it is not to be removed', async () => {
    const job = startJob()
    const { folder, told } = await job.logIn([A], { logout: false })
    expect(told.state).toEqual({})
    await job.post()
    expect(hostsIn(folder)).toEqual([A])
  })
})

describe("a credential store of the user's", () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  /** A job with a store that does what `list` has it do. */
  function jobWith(store: string, list: string) {
    const job = startJob()
    const file = join(job.temp, 'bin', `docker-credential-${store}`)
    mkdirSync(join(job.temp, 'bin'))
    mkdirSync(join(job.home, '.docker'))
    writeFileSync(file, `#!/bin/sh\n[ "$1" = list ] || exit 9\n${list}\n`, { mode: 0o755 })
    writeFileSync(join(job.home, '.docker/config.json'), JSON.stringify({ credsStore: store }))
    // The command is looked for by the PATH of this process.
    vi.stubEnv('PATH', `${join(job.temp, 'bin')}:/bin`)
    return job
  }

  test.each([
    ['shop', `echo '{"${C}":"user"}'`, { [C]: 'shop' }],
    ['pass', `echo '{}'`, undefined],
  ])('%s that lists what it has goes on to answer for that', async (store, list, credHelpers) => {
    const job = jobWith(store, list)
    const { folder, told } = await job.logIn([A])
    expect(configIn(folder)).toEqual({
      auths: { [A]: { auth: login(`pass-${A}`).token } },
      ...(credHelpers === undefined ? {} : { credHelpers }),
    })
    expect(told.lines).toEqual([])
    await job.post()
    expect(readdirSync(job.temp)).toEqual(['bin'])
    expect(configIn(join(job.home, '.docker'))).toEqual({ credsStore: store })
  })

  test.each([
    ['shop', `echo '{}'`],
    ['shop', 'echo no; exit 1'],
    ['shop', 'echo no'],
    ['shop', 'echo null'],
    ['ecr-login', `echo '{"${C}":"user"}'`],
  ])('%s that may have more stays for all others, with a line: %s', async (store, list) => {
    const job = jobWith(store, list)
    const { folder, told } = await job.logIn([A])
    expect(configIn(folder)).toMatchObject({ credsStore: store, credHelpers: { [A]: '' } })
    expect(told.lines).toEqual([
      expect.stringMatching(
        /^notice: The credential store '[a-z-]+' of Docker's config\.json does not list its logins, .*; helm, oras, skopeo and podman do not\./,
      ),
    ])
  })
})

test('a login in DOCKER_AUTH_CONFIG, which docker prefers, is told', async () => {
  const auths = { [`https://${A}/v1/`]: { auth: 'eDp5' }, [C]: { auth: 'eDp5' } }
  const env = { HOME: testFolder(), RUNNER_TEMP: testFolder(), DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) }
  const job = memoryJob(env)
  await jobLogins('isolated', { logout: true }, job).logIn(logins(A, B))
  expect(job.told.lines).toEqual([
    `warning: The variable DOCKER_AUTH_CONFIG has a login for ${A}, which docker prefers to the one of this step. Remove that host from it.`,
  ])
})

describe('a second login of the job', () => {
  test('joins the first: same folder, nothing exported again, and each ends on its own', async () => {
    const job = startJob()
    const first = await job.logIn([A, B])
    const second = await job.logIn([B, C])
    expect(second.folder).toBe(first.folder)
    expect([second.told.variables, second.told.path]).toEqual([{}, []])
    expect(hostsIn(first.folder)).toEqual([A, B, C])
    await job.post()
    expect(hostsIn(first.folder)).toEqual([A, B])
    await job.post()
    expect(readdirSync(job.temp)).toEqual([])
  })

  test('keeps what a step between them wrote', async () => {
    const job = startJob()
    const { folder } = await job.logIn([A])
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ ...config, auths: { ...config.auths, 'ghcr.io': { auth: 'eA==' } } }),
    )
    await job.logIn([B])
    await job.post()
    expect(hostsIn(folder)).toEqual([A, 'ghcr.io'])
  })

  test('starts anew where the step has another DOCKER_CONFIG', async () => {
    const job = startJob()
    const first = await job.logIn([A])
    const own = testFolder()
    const { folder } = await startJobWith(job, { DOCKER_CONFIG: own })
    expect(folder).not.toBe(first.folder)
    expect(hostsIn(folder)).toEqual([B])
  })

  async function startJobWith(job: ReturnType<typeof startJob>, env: Environment) {
    const step = memoryJob({ ...job.env(), ...env })
    return { folder: await jobLogins('isolated', { logout: true }, step).logIn(logins(B)) }
  }
})

describe('the post step', () => {
  test('of a step that never came to log in does nothing', async () => {
    const job = memoryJob({ HOME: testFolder() })
    await endJobLogins(job)
    expect(job.told.variables).toEqual({})
  })

  test('removes whatever is there of a login that was cut short', async () => {
    const job = startJob()
    const { folder, told } = await job.logIn([A])
    const root = dirname(folder)
    rmSync(join(folder, 'config.json'))
    for (const name of readdirSync(join(root, 'logins'))) writeFileSync(join(root, 'logins', name), '[{"host":')
    await job.post()
    expect(existsSync(root)).toBe(false)
    const again = memoryJob(job.env())
    for (const [name, value] of Object.entries(told.state)) again.runner.saveState(name, value)
    await endJobLogins(again)
    expect(again.told.lines).toEqual([])
  })

  test('of a second login that was cut short leaves the first', async () => {
    const job = startJob()
    const { folder } = await job.logIn([A])
    const second = await job.logIn([B])
    // As if it had been killed after the password, and before the configuration was written.
    const config = configIn(folder)
    delete config.auths[B]
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
    expect(second.told.state).toHaveProperty('dockerLogin')
    await job.post()
    expect(hostsIn(folder)).toEqual([A])
  })
})

describe("a folder that only looks like a login's", () => {
  /** The user's own folder X with X/docker and X/logins, and what is in it. */
  function lookalike() {
    const home = testFolder()
    for (const name of ['docker', 'logins']) mkdirSync(join(home, name))
    writeFileSync(join(home, 'thesis.txt'), 'years of work')
    writeFileSync(join(home, 'docker', 'config.json'), '{}')
    return home
  }
  test.each([
    ['elsewhere', (home: string) => ({ RUNNER_TEMP: testFolder(), HOME: home })],
    ['below RUNNER_TEMP', (home: string) => ({ RUNNER_TEMP: dirname(home), HOME: home })],
  ])('%s is not joined, and nothing of it is changed', async (_, env) => {
    const home = lookalike()
    const before = recordFolder(home)
    const job = memoryJob({ ...env(home), DOCKER_CONFIG: join(home, 'docker') })
    const folder = await jobLogins('isolated', { logout: true }, job).logIn(logins(A))
    expect(folder.startsWith(home)).toBe(false)
    const post = memoryJob({ ...job.env, ...job.told.variables })
    for (const [name, value] of Object.entries(job.told.state)) post.runner.saveState(name, value)
    await endJobLogins(post)
    expect(existsSync(folder)).toBe(false)
    expect(recordFolder(home)).toEqual(before)
  })

  test('is not removed, whatever the state says', async () => {
    const home = lookalike()
    const before = recordFolder(home)
    const job = startJob()
    const { told } = await job.logIn([A])
    const state = JSON.parse(told.state['dockerLogin'] ?? '')
    for (const path of [home, `${home}/`, '/', job.temp, '.', '', join(job.temp, '..')]) {
      const post = memoryJob(job.env())
      post.runner.saveState('dockerLogin', JSON.stringify({ ...state, folder: { ...state.folder, path } }))
      await endJobLogins(post)
    }
    expect(recordFolder(home)).toEqual(before)
    expect(existsSync(join(job.temp))).toBe(true)
  })

  test.each([
    ...['{', 'null', '[]', '1', '"isolated"', '{"kind":"isolated"}', '{"kind":"shared"}', '{"kind":"other"}'],
    '{"kind":"isolated","folder":"/tmp/x","id":"x","before":{}}',
    `{"kind":"isolated","folder":{"path":"/x","mark":"y"},"id":"../../x","before":{"DOCKER_CONFIG":"","BUILDX_CONFIG":""}}`,
    `{"kind":"shared","file":"/etc/passwd","id":"${'a'.repeat(36)}","created":true,"entries":[]}`,
  ])('with the state %s, the post step says one line', async (state) => {
    const post = memoryJob({ RUNNER_TEMP: testFolder(), HOME: testFolder() })
    post.runner.saveState('dockerLogin', state)
    await endJobLogins(post)
    expect(post.told.lines).toEqual([
      "warning: The state 'dockerLogin' of this step cannot be read, so its resources are not cleaned up.",
    ])
  })
})
