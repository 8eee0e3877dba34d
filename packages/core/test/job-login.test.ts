import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endJobLogins, jobLogins } from '../src/docker-login.ts'
import type { Authorization } from '../src/ecr.ts'
import type { Environment } from '../src/environment.ts'
import { memoryJob } from '../src/testing.ts'
import { testFolder } from './support/folder.ts'

const [A, B, C] = ['a.example', 'b.example', 'c.example'] as const

const login = (password: string): Authorization => ({
  username: 'AWS',
  password,
  token: 'dG9rZW4=',
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

const helpersIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).credHelpers
const passwordsIn = (folder: string) => readdirSync(join(dirname(folder), 'credentials')).sort()

describe('a login for the job', () => {
  test('is exported for the later steps, and has gone after the job', async () => {
    const job = startJob()
    const { folder, told } = await job.logIn([A, B])
    expect(told.variables).toEqual({ DOCKER_CONFIG: folder, BUILDX_CONFIG: join(job.home, '.docker', 'buildx') })
    expect(told.path).toEqual([join(dirname(folder), 'bin')])
    expect(passwordsIn(folder)).toEqual([A, B])
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
    expect(JSON.stringify([told.state, told.variables, told.lines])).not.toMatch(/pass-|dG9rZW4/)
  })

  test('stays where it is not to be removed', async () => {
    const job = startJob()
    const { folder, told } = await job.logIn([A], { logout: false })
    expect(told.state).toEqual({})
    await job.post()
    expect(passwordsIn(folder)).toEqual([A])
  })
})

describe('a second login of the job', () => {
  test('joins the first: same folder, nothing exported again, and each ends on its own', async () => {
    const job = startJob()
    const first = await job.logIn([A, B])
    const second = await job.logIn([B, C])
    expect(second.folder).toBe(first.folder)
    expect([second.told.variables, second.told.path]).toEqual([{}, []])
    const helper = basename(dirname(first.folder))
    expect(helpersIn(first.folder)).toEqual({ [A]: helper, [B]: helper, [C]: helper })
    await job.post()
    expect([helpersIn(first.folder), passwordsIn(first.folder)]).toEqual([{ [A]: helper, [B]: helper }, [A, B]])
    await job.post()
    expect(readdirSync(job.temp)).toEqual([])
  })

  test('keeps what a step between them wrote', async () => {
    const job = startJob()
    const { folder } = await job.logIn([A])
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, auths: { 'ghcr.io': { auth: 'eA==' } } }))
    await job.logIn([B])
    await job.post()
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).auths).toEqual({ 'ghcr.io': { auth: 'eA==' } })
  })

  test('starts anew where the step has another DOCKER_CONFIG', async () => {
    const job = startJob()
    const first = await job.logIn([A])
    const own = testFolder()
    const { folder } = await startJobWith(job, { DOCKER_CONFIG: own })
    expect(folder).not.toBe(first.folder)
    expect(helpersIn(folder)).toEqual({ [B]: basename(dirname(folder)) })
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
    for (const left of ['', 'credentials', 'docker', 'logins']) mkdirSync(join(root, left), { recursive: true })
    writeFileSync(join(root, 'credentials', `${B}.new`), 'pass-b')
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
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
    delete config.credHelpers[B]
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
    expect(second.told.state).toHaveProperty('dockerLogin')
    await job.post()
    expect(passwordsIn(folder)).toEqual([A])
    expect(Object.keys(helpersIn(folder))).toEqual([A])
  })
})
