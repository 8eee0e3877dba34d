import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { createJob, leaks } from '../../../packages/runner-harness/src/index.ts'
import { type FakeGitHub, fakeGitHub, type Reply } from '../../../packages/stand-ins/src/github-api.ts'
import { createAuthority } from '../../support/certificates.ts'
import { startProxy } from '../../support/proxy.ts'

const TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123'
const SHA256 = 'c'.repeat(64)
const LIST = 'GET /repos/actions/runner/releases?per_page=30'

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

const release = (version: string, days: number, more = {}) => ({
  tag_name: `v${version}`,
  published_at: daysAgo(days),
  draft: false,
  prerelease: false,
  body: `<!-- BEGIN SHA linux-x64 -->${SHA256}<!-- END SHA linux-x64 -->`,
  assets: ['linux-x64', 'linux-arm64'].map((platform) => ({
    name: `actions-runner-${platform}-${version}.tar.gz`,
    browser_download_url: `https://example.com/${platform}/${version}`,
    digest: `sha256:${SHA256}`,
  })),
  ...more,
})
const RELEASES = [
  release('2.334.0-beta', 1, { prerelease: true }),
  release('2.333.0', 4),
  release('2.332.0', 20),
  release('2.331.0', 60),
]

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-version-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const jobAt = ({ url }: Pick<FakeGitHub, 'url'>, machine: Record<string, string> = {}) =>
  createJob({ machine, apiUrl: url, secrets: [TOKEN] })

describe('the step', () => {
  it('compares with one request, and with an unchanged list at the next time', async () => {
    const etags: (string | undefined)[] = []
    await using github = await fakeGitHub((_, headers) => {
      etags.push(headers['if-none-match'])
      const isSame = headers['if-none-match'] === 'W/"1"'
      return isSame ? { status: 304, headers: { etag: 'W/"1"' } } : { body: RELEASES, headers: { etag: 'W/"1"' } }
    })
    await using job = await jobAt(github)
    for (const _ of [1, 2]) {
      const step = await job.run('runner-version', { with: { installed: '2.331.0', github_token: TOKEN } })
      expect(step).toMatchObject({
        conclusion: 'success',
        outputs: {
          latest: '2.333.0',
          behind: '2',
          status: 'stale',
          days_left: '9',
          update_needed: 'true',
          sha256: SHA256,
        },
      })
    }
    expect(github.calls).toEqual([LIST, LIST])
    expect(etags).toEqual([undefined, 'W/"1"'])
    expect(leaks(job, [TOKEN])).toEqual([])
  })

  it('finds the runner that it is a step of', async () => {
    await using github = await fakeGitHub(() => ({ body: RELEASES }))
    const runner = join(folder, 'runner')
    mkdirSync(join(runner, 'bin'), { recursive: true })
    writeFileSync(join(runner, 'bin/Runner.Listener.deps.json'), '{"targets":{"x":{"Runner.Listener/2.332.0":{}}}}')
    copyFileSync(process.execPath, join(runner, 'bin/Runner.Worker'))
    const cli = join(REPOSITORY, 'actions/runner-version/dist/cli.js')
    const step = `require('node:child_process').spawnSync('sh', ['-c', '"$0" "$1"', '${process.execPath}', '${cli}'], { stdio: 'inherit' })`
    const { out } = await ended(spawn(join(runner, 'bin/Runner.Worker'), ['-e', step], { env: env(github) }))
    expect(out).toContain('installed=2.332.0\n')
    expect(out).toContain('status=stale\n')
  })

  it.each<[string, Reply, RegExp]>([
    [
      'is limited',
      { status: 403, body: {}, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1900000000' } },
      /takes no more requests from here until 2030-03-17T17:46:40\.000Z \(403\)/,
    ],
    ['fails', { status: 500, body: {} }, /GitHub's API answered 500\./],
    ['talks nonsense', { body: 'x' }, /GitHub's API named no release/],
  ])('does not fail when the API %s, and nothing else answers either', async (_, reply, notice) => {
    await using github = await fakeGitHub(() => reply)
    await using nobody = await startProxy()
    await using job = await jobAt(github, { HTTPS_PROXY: nobody.url })
    const step = await job.run('runner-version', { with: { installed: '2.331.0', fail_on: 'stale' } })
    expect(step).toMatchObject({
      conclusion: 'success',
      outputs: { status: 'unknown', latest: '', update_needed: 'false' },
    })
    expect(step.annotations.map(({ message }) => message).join('\n')).toMatch(notice)
    expect(nobody.requests).toEqual(['CONNECT github.com:443'])
  })

  it('learns the latest version from the page of the releases when the API takes no more requests', async () => {
    await using github = await fakeGitHub(() => ({ status: 429, body: {} }))
    const { port, ca } = await githubPage()
    await using proxy = await startProxy({ tunnels: { 'github.com:443': port } })
    await using job = await jobAt(github, { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca })
    const step = await job.run('runner-version', { with: { installed: '2.331.0' } })
    expect(step.outputs).toMatchObject({ status: 'stale', latest: '2.333.0', sha256: '', deadline: '' })
    expect(step.outputs['asset_url']).toMatch(
      /^https:\/\/github\.com\/actions\/runner\/releases\/download\/v2\.333\.0\//,
    )
  })

  it('fails where the digest of the release and its notes contradict each other', async () => {
    const body = `<!-- BEGIN SHA linux-x64 -->${'d'.repeat(64)}<!-- END SHA linux-x64 -->`
    await using github = await fakeGitHub(() => ({ body: [release('2.333.0', 4, { body })] }))
    await using job = await jobAt(github)
    const step = await job.run('runner-version', { with: { installed: '2.331.0' } })
    expect(step.conclusion).toBe('failure')
    expect(step.annotations.map(({ message }) => message).join()).toMatch(/Do not install it; report it to GitHub\.$/)
  })

  it('asks what the organisation is offered, and says what the token needs', async () => {
    await using github = await fakeGitHub((call, { authorization }) => {
      if (call === LIST) return { body: RELEASES }
      if (authorization !== `Bearer ${TOKEN}`) return { status: 403, body: {} }
      const offers = ['linux-x64', 'linux-arm64'].map((platform) => ({
        filename: `actions-runner-${platform}-2.332.0.tar.gz`,
        download_url: 'https://example.com/offer',
        sha256_checksum: SHA256,
      }))
      return { body: offers }
    })
    await using job = await jobAt(github)
    const step = await job.run('runner-version', {
      with: { installed: '2.332.0', channel: 'organization', github_token: TOKEN },
    })
    expect(step.outputs).toMatchObject({ status: 'fresh', latest: '2.332.0', asset_url: 'https://example.com/offer' })
    const refused = await job.run('runner-version', {
      with: { installed: '2.332.0', channel: 'organization', github_token: 'other' },
    })
    expect(refused.annotations.map(({ message }) => message).join()).toContain('"Self-hosted runners: read"')
  })
})

/** A page in place of github.com's, that leads to the latest release; with the authority that vouches for it. */
async function githubPage() {
  const authority = createAuthority(folder, 'test')
  const { cert, key } = authority.issue('github', 'DNS:github.com')
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
    const isAsked = request.method === 'HEAD' && request.url === '/actions/runner/releases/latest'
    response
      .writeHead(isAsked ? 302 : 404, { location: 'https://github.com/actions/runner/releases/tag/v2.333.0' })
      .end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, ca: authority.ca }
}

const env = ({ url }: Pick<FakeGitHub, 'url'>) => ({
  PATH: process.env['PATH'],
  HOME: folder,
  GITHUB_API_URL: url,
})

async function ended(child: ReturnType<typeof spawn>): Promise<{ status: number | null; out: string; err: string }> {
  const said = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const [status] = await once(child, 'close')
  return { status, ...said }
}

describe('the command', () => {
  const command = (github: Pick<FakeGitHub, 'url'>, ...args: string[]) => {
    const file = join(folder, 'cli.js')
    copyFileSync(join(REPOSITORY, 'actions/runner-version/dist/cli.js'), file)
    return ended(spawn(process.execPath, [file, ...args], { env: env(github), cwd: folder }))
  }

  it('is one file that prints what it found, and ends as it is told', async () => {
    await using github = await fakeGitHub(() => ({ body: RELEASES }))
    writeFileSync(join(folder, 'Dockerfile'), 'FROM ghcr.io/actions/actions-runner:2.332.0\n')
    const found = await command(github, '--installed', 'Dockerfile')
    expect(found).toMatchObject({ status: 0, out: expect.stringContaining('status=stale\nupdate_needed=true\n') })
    const failed = await command(github, '--installed', 'Dockerfile', '--fail-on=stale')
    expect(failed).toMatchObject({ status: 1, out: expect.stringContaining('behind=1\n') })
    expect(failed.err).toMatch(/^runner-version: Runner 2\.332\.0 is 1 release behind .*'fail_on: stale'\.$/m)
  })

  it.each([
    [['--instaled', 'x'], "Unknown argument '--instaled'."],
    [['--github-token', 'x'], "Unknown argument '--github-token'."],
    [['--warn-days', 'x'], '--warn-days must be a whole number'],
  ])('refuses %j', async (args, message) => {
    const { status, err } = await command({ url: 'http://127.0.0.1:1' }, ...args)
    expect(err).toContain(message)
    expect(status).toBe(2)
  })

  it('has help', async () => {
    const { status, out } = await command({ url: 'http://127.0.0.1:1' }, '--help')
    expect(out).toContain('  --installed (auto)\n')
    expect(out).not.toContain('--github-token')
    expect(status).toBe(0)
  })
})
