import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { endJobLogins, jobLogins } from '../../src/docker-login/job-logins.ts'
import type { Authorization } from '../../src/ecr/authorization.ts'
import { memoryJob } from '../../src/testing.ts'
import { testFolder } from '../support/folder.ts'

const [A, B] = ['a.example', 'b.example'] as const

function login(password: string): Authorization {
  return { username: 'AWS', password, token: Buffer.from(`AWS:${password}`).toString('base64'), expiresAt: undefined }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A credential helper that keeps one file per host in `folder`, and fails for what is to fail. */
const HELPER = `#!/bin/sh
case "$1" in
store) read -r json; host=$(printf %s "$json" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/'); printf %s "$json" >"$STORE/$host" ;;
get) read -r host || true; cat "$STORE/$host" 2>/dev/null || { echo 'credentials not found in native keychain'; exit 1; } ;;
erase) read -r host || true; rm "$STORE/$host" ;;
esac
`

/** The home of a user, with `config.json` where it is given. */
function machine(config?: object) {
  const home = testFolder()
  const folder = join(home, '.docker')
  const file = join(folder, 'config.json')
  if (config !== undefined) {
    mkdirSync(folder)
    writeFileSync(file, JSON.stringify(config))
  }
  const bin = testFolder()
  const store = testFolder()
  writeFileSync(join(bin, 'docker-credential-test'), HELPER)
  chmodSync(join(bin, 'docker-credential-test'), 0o700)
  // Commands are looked up in the PATH of the process.
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`)
  const env = { HOME: home, RUNNER_TEMP: testFolder(), PATH: process.env['PATH'], STORE: store }
  return {
    ...{ home, folder, file, store },
    read: () => JSON.parse(readFileSync(file, 'utf8')),
    /** A step that logs in, and its post step. */
    async logIn(hosts: Record<string, string>) {
      const job = memoryJob(env)
      const logins = new Map(Object.entries(hosts).map(([host, password]) => [host, login(password)]))
      expect(await jobLogins('shared', { logout: true }, job).logIn(logins)).toBe(folder)
      const post = memoryJob(env)
      for (const [name, value] of Object.entries(job.told.state)) post.runner.saveState(name, value)
      return { told: job.told, postStep: post, post: () => endJobLogins(post) }
    },
  }
}

describe('a login in the file of the user', () => {
  test('is an entry like that of docker login, and goes after the job', async () => {
    const config = { auths: { 'ghcr.io': { auth: 'eA==' } }, currentContext: 'remote' }
    const { logIn, read, folder } = machine(config)
    const { post, told } = await logIn({ [A]: 'pass-a', [B]: 'pass-b' })
    expect(read()).toEqual({
      ...config,
      auths: {
        'ghcr.io': { auth: 'eA==' },
        [A]: { auth: login('pass-a').token },
        [B]: { auth: login('pass-b').token },
      },
    })
    expect([told.variables, told.path]).toEqual([{}, []])
    expect(JSON.stringify(told.state)).not.toMatch(/pass-|QVdTO/)
    await post()
    expect(read()).toEqual(config)
    expect(readdirSync(folder)).toEqual(['config.json'])
  })

  test('makes the file where there is none, for this user alone, and takes it away again', async () => {
    const { logIn, file, folder } = machine()
    const { post } = await logIn({ [A]: 'pass-a' })
    expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
    await post()
    expect(existsSync(file)).toBe(false)
  })

  test('leaves a file that it made to those who use it by now', async () => {
    const { logIn, file, read } = machine()
    const { post } = await logIn({ [A]: 'pass-a' })
    writeFileSync(file, JSON.stringify({ ...read(), currentContext: 'remote' }))
    await post()
    expect(read()).toEqual({ auths: {}, currentContext: 'remote' })
  })

  test('keeps mode and place of a file that is a link', async () => {
    const { logIn, folder, file } = machine()
    const elsewhere = join(testFolder(), 'config.json')
    writeFileSync(elsewhere, '{}', { mode: 0o640 })
    mkdirSync(folder)
    symlinkSync(elsewhere, file)
    const { post } = await logIn({ [A]: 'pass-a' })
    expect(JSON.parse(readFileSync(elsewhere, 'utf8')).auths).toHaveProperty([A])
    expect(statSync(elsewhere).mode & 0o777).toBe(0o640)
    await post()
    expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toEqual({ auths: {} })
  })

  test('that another job has replaced stays', async () => {
    const { logIn, read } = machine({})
    const first = await logIn({ [A]: 'pass-1', [B]: 'pass-1' })
    const second = await logIn({ [A]: 'pass-2' })
    await first.post()
    expect(read().auths).toEqual({ [A]: { auth: login('pass-2').token } })
    await second.post()
    expect(read().auths).toEqual({})
  })

  test('of many jobs at once are all there, and then none', async () => {
    const { logIn, read, folder } = machine({})
    const hosts = Array.from({ length: 20 }, (_, number) => `host-${number}.example`)
    const jobs = await Promise.all(hosts.map((host) => logIn({ [host]: 'pass' })))
    expect(Object.keys(read().auths).sort()).toEqual([...hosts].sort())
    await Promise.all(jobs.map(({ post }) => post()))
    expect(read()).toEqual({ auths: {} })
    expect(readdirSync(folder)).toEqual(['config.json'])
  })

  test('that was cut short leaves no file with a password', async () => {
    const { logIn, folder, file, read } = machine({})
    const { told, post } = await logIn({ [A]: 'pass-a' })
    const { id } = JSON.parse(told.state['dockerLogin'] ?? '{}')
    writeFileSync(`${file}.ecr-login-${id}`, 'pass-a')
    writeFileSync(`${file}.ecr-login-lock`, id)
    await post()
    expect([readdirSync(folder), read()]).toEqual([['config.json'], { auths: {} }])
  })
})

describe('a login where the user has a credential helper', () => {
  test.each([[{ credsStore: 'test' }], [{ credHelpers: { [A]: 'test' } }]])('%j goes into it', async (config) => {
    const { logIn, read, store } = machine(config)
    const { post } = await logIn({ [A]: 'pass-a' })
    expect(JSON.parse(readFileSync(join(store, A), 'utf8'))).toEqual({
      ServerURL: A,
      Username: 'AWS',
      Secret: 'pass-a',
    })
    expect(read()).toEqual(config)
    await post()
    expect(readdirSync(store)).toEqual([])
  })

  test('that another job has replaced stays', async () => {
    const { logIn, store } = machine({ credsStore: 'test' })
    const first = await logIn({ [A]: 'pass-1' })
    await logIn({ [A]: 'pass-2' })
    await first.post()
    expect(readFileSync(join(store, A), 'utf8')).toContain('pass-2')
  })

  test('and has gone already is no trouble', async () => {
    const { logIn, store } = machine({ credsStore: 'test' })
    const first = await logIn({ [A]: 'pass-1' })
    const second = await logIn({ [A]: 'pass-1' })
    await first.post()
    await second.post()
    expect(readdirSync(store)).toEqual([])
  })

  test('that the state names by a path is not run', async () => {
    const { logIn } = machine({ credsStore: 'test' })
    const { postStep, post } = await logIn({ [A]: 'pass-1' })
    const state = postStep.runner.state('dockerLogin')
    postStep.runner.saveState('dockerLogin', state.replace('"helper":"test"', '"helper":"x/../test"'))
    await post()
    expect(postStep.told.lines).toEqual([
      "warning: The state 'dockerLogin' of this step cannot be read, so its resources are not cleaned up.",
    ])
  })

  test('that is not there is told', async () => {
    const { logIn } = machine({ credsStore: 'nowhere' })
    await expect(logIn({ [A]: 'pass-1' })).rejects.toThrow(
      /^The command 'docker-credential-nowhere' is not installed on this runner, or not in its PATH\. Set 'docker_config: isolated', which needs no credential store, /,
    )
  })

  test('that refuses is told', async () => {
    const { logIn } = machine({ credsStore: 'test' })
    await expect(logIn({ 'no/such/folder': 'pass-1' })).rejects.toThrow(
      /^Docker's credential helper docker-credential-test, which the Docker configuration names, cannot store the login: .*\. Set 'docker_config: isolated', which needs no credential store, or repair the one that Docker's config\.json names\.$/,
    )
  })
})

test('a login after an isolated one joins it, since later steps look there', async () => {
  const env = { HOME: testFolder(), RUNNER_TEMP: testFolder(), PATH: process.env['PATH'] }
  const first = memoryJob(env)
  const folder = await jobLogins('isolated', { logout: true }, first).logIn(new Map([[A, login('pass-a')]]))
  const second = memoryJob({ ...env, ...first.told.variables })
  expect(await jobLogins('shared', { logout: true }, second).logIn(new Map([[B, login('pass-b')]]))).toBe(folder)
  expect(second.told.lines).toEqual(['notice: An earlier login of this job is isolated, so this one joins it.'])
  expect(existsSync(join(env.HOME, '.docker'))).toBe(false)
})
