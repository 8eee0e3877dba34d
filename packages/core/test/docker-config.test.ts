import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { isolatedLogin, withHelper } from '../src/docker-config.ts'
import type { Authorization } from '../src/ecr.ts'
import type { Environment } from '../src/environment.ts'
import { Failure } from '../src/failure.ts'
import { testFolder } from './support/folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'

const authorization = (password: string): Authorization => ({
  username: 'AWS',
  password,
  token: Buffer.from(`AWS:${password}`).toString('base64'),
  expiresAt: undefined,
})

/** A login beside the user's own configuration, of which `config.json` is the given text. */
function loginBeside(config?: string, { host = HOST, env = {} }: { host?: string; env?: Environment } = {}) {
  const home = testFolder()
  const original = join(home, '.docker')
  mkdirSync(original)
  if (config !== undefined) writeFileSync(join(original, 'config.json'), config)
  const folder = testFolder()
  const login = isolatedLogin(folder, host, authorization('pass-1'), { HOME: home, PATH: process.env['PATH'], ...env })
  const read = () => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  return { login, folder, home, original, read }
}

/** Asks the helper as Docker does: by its name in the PATH, with the host on standard input. */
function ask(login: { readonly env: Environment }, verb: string, input: string) {
  const { status, stdout, stderr } = spawnSync('docker-credential-ecr-step', [verb], {
    env: { ...process.env, ...login.env },
    input,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const answer = (host: string, password: string) => ({
  status: 0,
  stdout: `${JSON.stringify({ ServerURL: host, Username: 'AWS', Secret: password })}\n`,
  stderr: '',
})
const NOT_FOUND = { status: 1, stdout: 'credentials not found in native keychain\n', stderr: '' }

describe('the credential helper', () => {
  test.each(['', '\n'])('gives user name and password for the host, which ends with %j', (end) => {
    const { login } = loginBeside()
    expect(ask(login, 'get', `${HOST}${end}`)).toEqual(answer(HOST, 'pass-1'))
  })

  test('works for a host with a port, and for a password with everything that a shell reads', () => {
    const host = '127.0.0.1:5000'
    const { login } = loginBeside(undefined, { host })
    const password = `$(id) \`id\` "'\\n%s\\ *;|`
    login.renew(authorization(password))
    expect(ask(login, 'get', host)).toEqual(answer(host, password))
  })

  test('gives the new password after a renewal', () => {
    const { login, folder } = loginBeside()
    login.renew(authorization('pass-2'))
    expect(ask(login, 'get', HOST)).toEqual(answer(HOST, 'pass-2'))
    expect(readdirSync(join(folder, 'credentials'))).toEqual([HOST])
  })

  test.each([
    'docker.io',
    'https://index.docker.io/v1/',
    `https://${HOST}`,
    `../credentials/${HOST}`,
    '../config.json',
    '..',
    '.',
    '$(id)',
    '*',
    '-n',
  ])('has nothing for %j', (host) => {
    const { status, stdout } = ask(loginBeside().login, 'get', host)
    expect({ status, stdout, stderr: '' }).toEqual(NOT_FOUND)
  })

  test('has nothing for no host', () => {
    expect(ask(loginBeside().login, 'get', '')).toEqual({ status: 1, stdout: '', stderr: '' })
    expect(ask(loginBeside().login, 'get', '\n').status).toBe(1)
  })

  test('lists nothing', () => {
    expect(ask(loginBeside().login, 'list', '')).toEqual({ status: 0, stdout: '{}\n', stderr: '' })
  })

  test.each(['store', 'erase'])('ignores %s', (verb) => {
    const { login } = loginBeside()
    const input = verb === 'erase' ? HOST : JSON.stringify({ ServerURL: HOST, Username: 'x', Secret: 'y' })
    expect(ask(login, verb, input)).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(ask(login, 'get', HOST)).toEqual(answer(HOST, 'pass-1'))
  })
})

test('only this user can read what the login wrote, and no file has the password but one', () => {
  const { folder } = loginBeside()
  const modes = ['bin', 'credentials', `credentials/${HOST}`, 'config.json', 'bin/docker-credential-ecr-step'].map(
    (path) => (statSync(join(folder, path)).mode & 0o777).toString(8),
  )
  expect(modes).toEqual(['700', '700', '600', '600', '700'])
  const holders = execFileSync('grep', ['-rl', 'pass-1', folder], { encoding: 'utf8' })
  expect(holders).toBe(`${join(folder, 'credentials', HOST)}\n`)
})

describe("the user's own configuration", () => {
  const CONFIG = {
    auths: { 'https://index.docker.io/v1/': { auth: 'aHVi' }, [HOST]: { auth: 'b2xk' } },
    credHelpers: { 'gcr.io': 'gcloud', [HOST]: 'ecr-login' },
    credsStore: 'pass',
    proxies: { default: { httpProxy: 'http://proxy.example:3128' } },
    plugins: { debug: { hooks: 'exec' } },
    cliPluginsExtraDirs: ['/opt/plugins'],
    currentContext: 'remote',
    HttpHeaders: { 'X-Meta': '1' },
  }

  test('stays as it is, but for the host', () => {
    const { read, original } = loginBeside(JSON.stringify(CONFIG))
    expect(read()).toEqual({
      ...CONFIG,
      auths: { 'https://index.docker.io/v1/': { auth: 'aHVi' } },
      credHelpers: { 'gcr.io': 'gcloud', [HOST]: 'ecr-step' },
      cliPluginsExtraDirs: ['/opt/plugins', join(original, 'cli-plugins')],
    })
    expect(JSON.parse(readFileSync(join(original, 'config.json'), 'utf8'))).toEqual(CONFIG)
  })

  test.each([
    undefined,
    '{}',
    'null',
    '"text"',
    '[]',
    '{"auths": null, "credHelpers": "x", "cliPluginsExtraDirs": {}}',
  ])('may be %j', (config) => {
    const { read, original } = loginBeside(config)
    expect(read()).toEqual({
      auths: {},
      credHelpers: { [HOST]: 'ecr-step' },
      cliPluginsExtraDirs: [join(original, 'cli-plugins')],
    })
  })

  test.each(['{"auths": {"a": {"auth": "c2VjcmV0"}}, oops}', '{\n  "auths": {"a": {"auth": "c2VjcmV0"\n', ''])(
    'that is broken, %j, is one line that quotes nothing of it',
    (config) => {
      const home = testFolder()
      writeFileSync(join(home, 'config.json'), config)
      expect(() => isolatedLogin(testFolder(), HOST, authorization('p'), { DOCKER_CONFIG: home })).toThrow(
        new Failure(
          `The Docker configuration ${join(home, 'config.json')} cannot be read: it is not valid JSON. Mend or remove it.`,
        ),
      )
    },
  )

  test('that cannot be read is one line', () => {
    const home = testFolder()
    mkdirSync(join(home, 'config.json'))
    expect(() => isolatedLogin(testFolder(), HOST, authorization('p'), { DOCKER_CONFIG: home })).toThrow(
      new Failure(
        `The Docker configuration ${join(home, 'config.json')} cannot be read: EISDIR: illegal operation on a directory, read. Mend or remove it.`,
      ),
    )
  })

  test('keeps its contexts', () => {
    const home = testFolder()
    mkdirSync(join(home, 'contexts'))
    const folder = testFolder()
    isolatedLogin(folder, HOST, authorization('p'), { DOCKER_CONFIG: home })
    expect(readlinkSync(join(folder, 'contexts'))).toBe(join(home, 'contexts'))
    expect(readdirSync(loginBeside().folder)).not.toContain('contexts')
  })
})

describe('the environment for Docker', () => {
  test('has the folder, the builders of the user, and the helper first in the PATH', () => {
    const { login, folder, original } = loginBeside()
    expect(login.env).toEqual({
      DOCKER_CONFIG: folder,
      BUILDX_CONFIG: join(original, 'buildx'),
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    })
  })

  test('follows DOCKER_CONFIG and BUILDX_CONFIG, and adds no empty entry to the PATH', () => {
    const own = testFolder()
    const env = { DOCKER_CONFIG: own, BUILDX_CONFIG: '/buildx', PATH: undefined }
    const { login, folder, read } = loginBeside(undefined, { env })
    expect(login.env).toEqual({ DOCKER_CONFIG: folder, BUILDX_CONFIG: '/buildx', PATH: join(folder, 'bin') })
    expect(read().cliPluginsExtraDirs).toEqual([join(own, 'cli-plugins')])
  })

  test('falls back to the home of the user', () => {
    expect(isolatedLogin(testFolder(), HOST, authorization('p'), {}).env['BUILDX_CONFIG']).toBe(
      join(homedir(), '.docker', 'buildx'),
    )
  })
})

test('withHelper changes nothing that it was given', () => {
  const original = Object.freeze({ auths: Object.freeze({ [HOST]: {} }), cliPluginsExtraDirs: Object.freeze(['/a']) })
  expect(withHelper(original, HOST, '/b')).toEqual({
    auths: {},
    credHelpers: { [HOST]: 'ecr-step' },
    cliPluginsExtraDirs: ['/a', '/b'],
  })
})
