import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { testFolder } from '../../packages/core/test/support/folder.ts'
import { fakeGitHub } from '../../packages/stand-ins/src/github-api.ts'
import {
  fakeContainer,
  LIST,
  organisation,
  PAT,
  REGISTER,
  REGISTRATION_TOKEN,
  REMOVE,
} from '../../packages/stand-ins/src/runner-image.ts'

const NOWHERE = { url: 'http://127.0.0.1:1' }

let folder: string
beforeEach(() => {
  folder = testFolder()
})

describe('a young image', () => {
  it('starts without a question, and leaves nothing behind after its job', async () => {
    await using github = await organisation()
    const container = fakeContainer(folder, github)
    const { status, said } = await container.start({ RUNNER_LABELS: 'a,$(id)', RUNNER_GROUP: 'my group' }).ended
    expect(status, said).toBe(0)
    expect(github.calls).toEqual([REGISTER])
    const name = /The runner (\S+) \(2\.333\.0\) is registered at https:\/\/github\.com\/acme\./.exec(said)?.[1]
    expect(container.log()).toEqual([
      `config --unattended --disableupdate --replace --url https://github.com/acme --name ${name} --work _work --ephemeral --labels a,$(id) --runnergroup my group`,
      `token ${createHash('sha256').update(REGISTRATION_TOKEN).digest('hex')}  -`,
      'run 2.333.0 trap=1 deprecated=1 jit=',
      'running',
    ])
    expect(container.environments()).toContain('STUB=once')
    expect(readFileSync(join(container.folder, 'log.env'), 'utf8')).not.toMatch(/^RUNNER_(?!MANUALLY)/m)
    for (const secret of [PAT, REGISTRATION_TOKEN]) expect(container.environments()).not.toContain(secret)
  })
})

describe('the settings', () => {
  it.each<[Record<string, string>, string]>([
    [
      { RUNNER_URL: 'acme' },
      "RUNNER_URL must be like https://github.com/ORGANISATION, https://github.com/OWNER/REPOSITORY or https://github.com/enterprises/NAME; it is 'acme'.",
    ],
    [{ RUNNER_GITHUB_TOKEN: '' }, 'RUNNER_GITHUB_TOKEN and RUNNER_JIT_CONFIG must be set'],
    [{ RUNNER_GITHUB_TOKEN_FILE: '/x' }, 'Only one of RUNNER_GITHUB_TOKEN and RUNNER_GITHUB_TOKEN_FILE can be set.'],
    [
      { RUNNER_GITHUB_TOKEN: '', RUNNER_APP_ID: '1', RUNNER_APP_KEY: 'x' },
      "RUNNER_APP_KEY must be the app's private key",
    ],
    [{ RUNNER_EPHEMERAL: 'maybe' }, "RUNNER_EPHEMERAL must be true or false; it is 'maybe'."],
    [{ RUNNER_FOLDER: '/nonexistent' }, 'RUNNER_FOLDER must be the folder of a runner'],
  ])('refuses %j with 2', async (env, message) => {
    const { status, said } = await fakeContainer(folder, NOWHERE).start(env).ended
    expect(said).toContain(message)
    expect(status).toBe(2)
  })

  it('knows what a misspelt variable was meant to be', async () => {
    const { said } = await fakeContainer(folder, NOWHERE).start({ RUNNER_LABLES: 'x', RUNNER_ALLOW_RUNASROOT: '1' })
      .ended
    expect(said).toContain('warning: Unknown RUNNER_LABLES. Did you mean RUNNER_LABELS?')
    expect(said).not.toContain('ALLOW_RUNASROOT')
  })
})

describe('the credential', () => {
  it('is an app, at a repository, whose proof GitHub can check', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const isProof = (authorization = '') => {
      const [head = '', claims = '', signature = ''] = authorization.replace('Bearer ', '').split('.')
      const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}')
      return (
        iss === '77' &&
        verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))
      )
    }
    await using github = await fakeGitHub((call, { authorization }) => {
      if (call === 'GET /repos/acme/shop/installation') return isProof(authorization) ? { body: { id: 5 } } : undefined
      if (call === 'POST /app/installations/5/access_tokens') {
        return isProof(authorization) ? { status: 201, body: { token: PAT } } : undefined
      }
      if (authorization !== `Bearer ${PAT}`) return undefined
      if (call.startsWith('POST')) return { status: 201, body: { token: REGISTRATION_TOKEN } }
      return { status: 204 }
    })
    const container = fakeContainer(folder, github)
    writeFileSync(join(container.folder, 'key'), pem.replaceAll('\n', '\\n'))
    const { status, said } = await container.start({
      RUNNER_URL: 'https://github.com/acme/shop',
      RUNNER_GITHUB_TOKEN: '',
      RUNNER_APP_ID: '77',
      RUNNER_APP_KEY_FILE: join(container.folder, 'key'),
    }).ended
    expect(status, said).toBe(0)
    expect(github.calls).toEqual([
      'GET /repos/acme/shop/installation',
      'POST /app/installations/5/access_tokens',
      'POST /repos/acme/shop/actions/runners/registration-token',
    ])
  })

  it('is a JIT configuration, with which GitHub is asked nothing', async () => {
    await using github = await organisation()
    const container = fakeContainer(folder, github)
    const config = Buffer.from('{".runner":"e30="}').toString('base64')
    const env = { RUNNER_URL: '', RUNNER_GITHUB_TOKEN: '', RUNNER_JIT_CONFIG: config }
    const { status, said } = await container.start(env).ended
    expect(status, said).toBe(0)
    expect(github.calls).toEqual([])
    expect(container.log()[0]).toBe(`run 2.333.0 trap=1 deprecated=1 jit=${config}`)
  })

  it.each<[string, string]>([
    ['https://github.com/acme', '"Self-hosted runners: write"'],
    ['https://github.com/acme/shop', '"Administration: write"'],
    ['https://github.com/enterprises/acme', 'manage_runners:enterprise'],
  ])('that GitHub refuses for %s ends with 22, and what it needs', async (url, need) => {
    await using github = await fakeGitHub(() => ({ status: 403, body: {} }))
    const { status, said } = await fakeContainer(folder, github).start({ RUNNER_URL: url }).ended
    expect(said).toContain(`The token may not register runners at ${url}: GitHub answered 403`)
    expect(said).toContain(need)
    expect(status).toBe(22)
  })

  it('cannot be used while GitHub takes no requests or is away, which is 23', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1900000000' }
    await using github = await fakeGitHub(() => ({ status: 403, body: {}, headers }))
    const limited = await fakeContainer(folder, github).start().ended
    expect(limited.said).toContain('takes no more requests from here until 2030-03-17T17:46:40.000Z (403).')
    const away = await fakeContainer(folder, NOWHERE).start().ended
    expect(away.said).toContain('The runner cannot be registered: 127.0.0.1:1 cannot be reached')
    expect([limited.status, away.status]).toEqual([23, 23])
  })
})

describe('the end', () => {
  it('is 24 where config.sh fails, and 25 where the runner ends without a job; neither stays registered', async () => {
    await using github = await organisation()
    const unconfigured = await fakeContainer(folder, github).start({ STUB: 'unconfigured' }).ended
    expect(unconfigured.said).toContain('config.sh ended with 1')
    const jobless = await fakeContainer(folder, github).start({ STUB: 'jobless' }).ended
    expect(jobless.said).toContain('has ended without a job')
    expect([unconfigured.status, jobless.status]).toEqual([24, 25])
    expect(github.calls.filter((call) => call === REMOVE)).toHaveLength(2)
  })

  it('is 7 where GitHub refuses the version, and the next start looks for a newer one', async () => {
    await using github = await organisation(() => ({ body: [] }))
    const container = fakeContainer(folder, github)
    expect((await container.start({ STUB: 'refused' }).ended).status).toBe(7)
    expect(github.calls).not.toContain(LIST)
    expect((await container.start().ended).status).toBe(0)
    expect(github.calls).toContain(LIST)
  })
})

describe('Docker', () => {
  it('that does not come ends it with 21, before it is registered', async () => {
    await using github = await organisation()
    const env = { DOCKER_HOST: `unix://${folder}/docker.sock`, RUNNER_DOCKER_TIMEOUT: '300ms' }
    const { status, said } = await fakeContainer(folder, github).start(env).ended
    expect(said).toMatch(/Docker is not ready \(\w+\) after .*RUNNER_DOCKER_TIMEOUT/)
    expect(status).toBe(21)
    expect(github.calls).toEqual([])
  })

  it('that comes late is waited for', async () => {
    await using github = await organisation()
    const container = fakeContainer(folder, github)
    const socket = join(folder, 'docker.sock')
    const start = container.start({ DOCKER_HOST: `unix://${socket}`, RUNNER_DOCKER_TIMEOUT: '60s' })
    let callsBefore = -1
    const daemon = createServer((_, response) => {
      callsBefore = github.calls.length
      response.writeHead(200, { 'Api-Version': '1.45', Ostype: 'linux' }).end('OK')
    })
    await sleep(300)
    daemon.listen(socket)
    onTestFinished(() => void daemon.close())
    const { status, said } = await start.ended
    expect(status, said).toBe(0)
    expect(callsBefore).toBe(0)
    expect(github.calls).toEqual([REGISTER])
  })
})
