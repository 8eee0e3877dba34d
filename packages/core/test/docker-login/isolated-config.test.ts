import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Environment } from '../../src/base/environment.ts'
import { Failure } from '../../src/base/failure.ts'
import { childLogin, isolatedDockerConfig } from '../../src/docker-login/isolated-config.ts'
import type { Authorization } from '../../src/ecr/authorization.ts'
import { testFolder } from '../support/folder.ts'
import { recordFolder } from '../support/folder-record.ts'

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
const OTHER = '127.0.0.1:5000'

const authorization = (password: string): Authorization => ({
  username: 'AWS',
  password,
  token: Buffer.from(`AWS:${password}`).toString('base64'),
  expiresAt: undefined,
})
const logins = (password: string, ...hosts: string[]) => new Map(hosts.map((host) => [host, authorization(password)]))

/** A login beside the user's own configuration, of which `config.json` is the given text. */
function loginBeside(config?: string, env: Environment = {}) {
  const home = testFolder()
  const original = join(home, '.docker')
  mkdirSync(original)
  if (config !== undefined) writeFileSync(join(original, 'config.json'), config)
  const folder = testFolder()
  const login = isolatedDockerConfig(folder, { HOME: home, PATH: process.env['PATH'], ...env })
  login.store(logins('pass-1', HOST))
  const read = () => JSON.parse(readFileSync(join(login.env.DOCKER_CONFIG, 'config.json'), 'utf8'))
  return { login, folder, home, original, read, helper: basename(folder) }
}

/** Asks the helper as Docker does: by its name in the PATH, with the host on standard input. */
function ask({ login, helper }: ReturnType<typeof loginBeside>, verb: string, input: string) {
  const { status, stdout, stderr } = spawnSync(`docker-credential-${helper}`, [verb], {
    env: { ...process.env, ...childLogin(login, process.env) },
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
    expect(ask(loginBeside(), 'get', `${HOST}${end}`)).toEqual(answer(HOST, 'pass-1'))
  })

  test('knows many hosts, one with a port, and passwords with everything that a shell reads', () => {
    const beside = loginBeside()
    const password = `$(id) \`id\` "'\\n%s\\ *;|`
    beside.login.store(logins(password, OTHER))
    expect(ask(beside, 'get', OTHER)).toEqual(answer(OTHER, password))
    expect(ask(beside, 'get', HOST)).toEqual(answer(HOST, 'pass-1'))
  })

  test('gives the new password after a renewal', () => {
    const beside = loginBeside()
    beside.login.store(logins('pass-2', HOST))
    expect(ask(beside, 'get', HOST)).toEqual(answer(HOST, 'pass-2'))
    expect(readdirSync(join(beside.folder, 'credentials'))).toEqual([HOST])
  })

  test.each([
    'docker.io',
    'https://index.docker.io/v1/',
    `https://${HOST}`,
    `../credentials/${HOST}`,
    '../docker/config.json',
    '..',
    '.',
    '$(id)',
    '*',
    '-n',
  ])('has nothing for %j', (host) => {
    const { status, stdout } = ask(loginBeside(), 'get', host)
    expect({ status, stdout, stderr: '' }).toEqual(NOT_FOUND)
  })

  test('has nothing for no host', () => {
    expect(ask(loginBeside(), 'get', '')).toEqual({ status: 1, stdout: '', stderr: '' })
    expect(ask(loginBeside(), 'get', '\n').status).toBe(1)
  })

  test('lists nothing', () => {
    expect(ask(loginBeside(), 'list', '')).toEqual({ status: 0, stdout: '{}\n', stderr: '' })
  })

  test.each(['store', 'erase'])('ignores %s', (verb) => {
    const beside = loginBeside()
    const input = verb === 'erase' ? HOST : JSON.stringify({ ServerURL: HOST, Username: 'x', Secret: 'y' })
    expect(ask(beside, verb, input)).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(ask(beside, 'get', HOST)).toEqual(answer(HOST, 'pass-1'))
  })
})

test('only this user can read what the login wrote, and no file has the password but one', () => {
  const { folder, helper } = loginBeside()
  const paths = ['bin', 'credentials', 'docker', `credentials/${HOST}`, 'docker/config.json']
  const modes = [...paths, `bin/docker-credential-${helper}`].map((path) =>
    (statSync(join(folder, path)).mode & 0o777).toString(8),
  )
  expect(modes).toEqual(['700', '700', '700', '600', '600', '700'])
  const holders = execFileSync('grep', ['-rl', 'pass-1', folder], { encoding: 'utf8' })
  expect(holders).toBe(`${join(folder, 'credentials', HOST)}\n`)
})

describe("the user's own configuration", () => {
  test('stays as it is, but for the host', () => {
    const config = {
      auths: { 'ghcr.io': { auth: 'eA==' }, [HOST]: { auth: 'b2xk' } },
      credsStore: 'pass',
      currentContext: 'x',
    }
    const { read, helper, original } = loginBeside(JSON.stringify(config))
    expect(read()).toEqual({ ...config, auths: { 'ghcr.io': { auth: 'eA==' } }, credHelpers: { [HOST]: helper } })
    expect(JSON.parse(readFileSync(join(original, 'config.json'), 'utf8'))).toEqual(config)
  })

  test.each([undefined, '{}', 'null', '"text"', '[]'])('may be %j', (config) => {
    const { read, helper } = loginBeside(config)
    expect(read()).toEqual({ auths: {}, credHelpers: { [HOST]: helper } })
  })

  test('may be no folder at all', () => {
    const login = isolatedDockerConfig(testFolder(), { HOME: testFolder() })
    expect(readdirSync(login.env.DOCKER_CONFIG)).toEqual(['config.json'])
  })

  test.each(['{"auths": {"a": {"auth": "c2VjcmV0"}}, oops}', '{\n  "auths": {"a": {"auth": "c2VjcmV0"\n'])(
    'that is broken, %j, is one line that quotes nothing of it, and writes nothing',
    (config) => {
      const home = testFolder()
      writeFileSync(join(home, 'config.json'), config)
      const folder = testFolder()
      expect(() => isolatedDockerConfig(folder, { DOCKER_CONFIG: home })).toThrow(
        new Failure(
          `The Docker configuration ${join(home, 'config.json')} cannot be read: it is not valid JSON. Fix or remove it.`,
        ),
      )
      expect(readdirSync(folder)).toEqual([])
    },
  )

  test('that cannot be read is one line', () => {
    const home = testFolder()
    mkdirSync(join(home, 'config.json'))
    expect(() => isolatedDockerConfig(testFolder(), { DOCKER_CONFIG: home })).toThrow(
      new Failure(
        `The Docker configuration ${join(home, 'config.json')} cannot be read: EISDIR: illegal operation on a directory, read. Fix or remove it.`,
      ),
    )
  })

  test('keeps contexts, plugins and keys where they are, and leads to nothing else', () => {
    const home = testFolder()
    for (const name of ['contexts', 'cli-plugins', 'bin']) mkdirSync(join(home, name))
    for (const name of ['ca.pem', 'config.json', 'plaintext-passwords.json']) writeFileSync(join(home, name), '{}')
    symlinkSync('ca.pem', join(home, 'config.json.new'))
    const before = recordFolder(home)
    const login = isolatedDockerConfig(testFolder(), { DOCKER_CONFIG: home })
    login.store(logins('pass-1', HOST))
    const { DOCKER_CONFIG } = login.env
    expect(recordFolder(home)).toEqual(before)
    expect(readdirSync(DOCKER_CONFIG).sort()).toEqual(['ca.pem', 'cli-plugins', 'config.json', 'contexts'])
    expect(realpathSync(join(DOCKER_CONFIG, 'cli-plugins'))).toBe(realpathSync(join(home, 'cli-plugins')))
  })

  test('that is a login of an earlier step goes on working in it', () => {
    const first = loginBeside()
    const second = isolatedDockerConfig(testFolder(), { ...childLogin(first.login, process.env) })
    second.store(logins('pass-2', OTHER))
    const { credHelpers } = JSON.parse(readFileSync(join(second.env.DOCKER_CONFIG, 'config.json'), 'utf8'))
    expect(credHelpers[HOST]).toBe(first.helper)
    expect(credHelpers[OTHER]).not.toBe(first.helper)
    expect(second.env.BUILDX_CONFIG).toBe(first.login.env.BUILDX_CONFIG)
  })
})

describe('the environment for Docker', () => {
  test('has the folder, the builders of the user, and the helper first in the PATH', () => {
    const { login, folder, original } = loginBeside()
    expect(childLogin(login, { PATH: '/bin' })).toEqual({
      DOCKER_CONFIG: join(folder, 'docker'),
      BUILDX_CONFIG: join(original, 'buildx'),
      PATH: `${join(folder, 'bin')}:/bin`,
    })
  })

  test('has no other login for its hosts, which docker would prefer', () => {
    const { login } = loginBeside()
    const auths = { [HOST]: { auth: 'eDp5' }, 'b.example': { auth: 'eDp5' } }
    const told: string[] = []
    const env = childLogin(login, { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) }, (line) => told.push(line))
    expect(JSON.parse(env['DOCKER_AUTH_CONFIG'] ?? '')).toEqual({ auths: { 'b.example': { auth: 'eDp5' } } })
    expect(told).toEqual([
      `The login for ${HOST} in the variable DOCKER_AUTH_CONFIG is ignored in favor of the step's own.`,
    ])
  })

  test('follows DOCKER_CONFIG and BUILDX_CONFIG, and adds no empty entry to the PATH', () => {
    const own = testFolder()
    const { login, folder } = loginBeside(undefined, { DOCKER_CONFIG: own, BUILDX_CONFIG: '/buildx' })
    expect(childLogin(login, {})).toEqual({
      DOCKER_CONFIG: join(folder, 'docker'),
      BUILDX_CONFIG: '/buildx',
      PATH: join(folder, 'bin'),
    })
    expect(isolatedDockerConfig(testFolder(), { DOCKER_CONFIG: own }).env.BUILDX_CONFIG).toBe(join(own, 'buildx'))
  })

  test('falls back to the home of the user', () => {
    expect(isolatedDockerConfig(testFolder(), {}).env.BUILDX_CONFIG).toBe(join(homedir(), '.docker', 'buildx'))
  })
})
