import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveEndpoints, type Wish } from '../../src/docker-daemon/resolve.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'resolve-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const digest = (name: string) => createHash('sha256').update(name).digest('hex')

function context(name: string, docker: object, tls: readonly string[] = []) {
  const meta = join(home, '.docker/contexts/meta', digest(name))
  mkdirSync(meta, { recursive: true })
  writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }))
  const files = join(home, '.docker/contexts/tls', digest(name), 'docker')
  if (tls.length > 0) mkdirSync(files, { recursive: true })
  for (const file of tls) writeFileSync(join(files, file), '')
  return files
}

function current(name: string) {
  mkdirSync(join(home, '.docker'), { recursive: true })
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: name }))
}

function resolve(env: Record<string, string> = {}, wish: Wish = {}) {
  const found = resolveEndpoints(wish, { HOME: home, ...env }, 1001)
  return 'sentence' in found ? found.sentence : found.map(({ source, url }) => `${source} ${url}`)
}

describe('resolveEndpoints', () => {
  it('takes them in the order of the docker CLI', () => {
    context('a', { Host: 'tcp://a:1' })
    context('b', { Host: 'tcp://b:1' })
    context('c', { Host: 'tcp://c:1' })
    current('c')
    const all = { DOCKER_HOST: 'tcp://h:1', DOCKER_CONTEXT: 'b' }
    expect(resolve(all, { host: 'tcp://i:1' })).toEqual(['host tcp://i:1'])
    expect(resolve(all, { context: 'a' })).toEqual(['context tcp://a:1'])
    expect(resolve(all)).toEqual(['DOCKER_HOST tcp://h:1'])
    expect(resolve({ DOCKER_CONTEXT: 'b' })).toEqual(['DOCKER_CONTEXT tcp://b:1'])
    expect(resolve()).toEqual(['currentContext tcp://c:1'])
    expect(resolve({ DOCKER_CONFIG: join(home, 'none') })[0]).toBe('default unix:///var/run/docker.sock')
  })

  it('looks at all known sockets where nothing is named', () => {
    expect(resolve({ XDG_RUNTIME_DIR: '/xdg' })).toEqual([
      'default unix:///var/run/docker.sock',
      'search unix:///xdg/docker.sock',
      'search unix:///run/docker/docker.sock',
      `search unix://${home}/.docker/run/docker.sock`,
      'search unix:///run/podman/podman.sock',
      'search unix:///xdg/podman/podman.sock',
    ])
    expect(resolve()).toContain('search unix:///run/user/1001/docker.sock')
  })

  it.each([
    [{ DOCKER_HOST: 'tcp://h:1' }, {}, ['DOCKER_HOST tcp://h:1']],
    [{ DOCKER_HOST: 'tcp://h:1' }, { context: 'default' }, ['DOCKER_HOST tcp://h:1']],
    [{ DOCKER_TLS_VERIFY: '0' }, {}, ['default tcp://localhost:2376']],
    [{ DOCKER_TLS: '1' }, {}, ['default tcp://localhost:2376']],
  ])('with %o and %o gives %o', (env, wish, expected) => expect(resolve(env, wish)).toEqual(expected))

  it('treats a DOCKER_HOST of spaces as set, so that no context counts, and as the default', () => {
    current('gone')
    expect(resolve({ DOCKER_HOST: ' ', DOCKER_CONTEXT: 'gone' })[0]).toBe('default unix:///var/run/docker.sock')
  })

  it('takes TLS files from DOCKER_CERT_PATH, or the folder of the settings', () => {
    const tls = (env: Record<string, string>) => {
      const found = resolveEndpoints({}, { HOME: home, DOCKER_HOST: 'tcp://h:2376', ...env }, 0)
      return 'sentence' in found || found[0].address.kind === 'dial' ? undefined : found[0].address.tls
    }
    expect(tls({})).toBeUndefined()
    expect(tls({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' })).toEqual({
      ...{ ca: '/certs/ca.pem', cert: '/certs/cert.pem', key: '/certs/key.pem', verify: true },
    })
    expect(tls({ DOCKER_TLS: '1' })).toEqual({
      ...{ cert: join(home, '.docker/cert.pem'), key: join(home, '.docker/key.pem'), verify: false },
    })
  })

  it('takes the TLS files of a context, and its port from its URL', () => {
    const files = context('t', { Host: 'tcp://t', SkipTLSVerify: false }, ['ca.pem'])
    expect(resolveEndpoints({ context: 't' }, { HOME: home, DOCKER_TLS_VERIFY: '1' }, 0)).toMatchObject([
      {
        url: 'tcp://t:443',
        address: { tls: { ca: join(files, 'ca.pem'), cert: join(files, 'cert.pem'), verify: true } },
      },
    ])
    context('plain', { Host: 'tcp://p' })
    expect(resolve({}, { context: 'plain' })).toEqual(['context tcp://p:80'])
    context('ssh', { Host: 'ssh://me@host' })
    expect(resolveEndpoints({ context: 'ssh' }, { HOME: home }, 0)).toMatchObject([
      { url: 'ssh://me@host', address: { kind: 'dial', flags: ['--context', 'ssh'] } },
    ])
  })

  it('says what is wrong with what is named', () => {
    expect(resolve({ DOCKER_CONTEXT: 'nope' })).toBe(
      `There is no docker context 'nope' in ${home}/.docker/contexts. It is named by 'DOCKER_CONTEXT'; create it with 'docker context create', or use another one.`,
    )
    expect(resolve({}, { host: 'fd://' })).toMatch(/^'host' is for dockerd only.* It is 'fd:\/\/'\.$/)
    expect(resolve({ DOCKER_HOST: 'http://h' })).toMatch(/^'DOCKER_HOST' must begin with tcp:\/\//)
    context('empty', {})
    expect(resolve({}, { context: 'empty' })).toMatch(/has no docker endpoint in/)
    writeFileSync(join(home, '.docker/contexts/meta', digest('empty'), 'meta.json'), '{')
    expect(resolve({}, { context: 'empty' })).toMatch(/cannot be read: .*meta\.json: /)
  })
})
