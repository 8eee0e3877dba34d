import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { REPOSITORY } from '@container-actions/runner-harness/action'
import { type FakeGitHub, fakeGitHub, type Reply } from './github-api.ts'
import { putRunner, type RunnerArchive } from './runner-stub.ts'

export const ENTRYPOINT = join(REPOSITORY, 'actions/runner-version/dist/entrypoint.js')

/** Secrets used in tests. */
export const PAT = 'github_pat_0123456789abcdefABCDEF'
export const REGISTRATION_TOKEN = 'AREGISTRATIONTOKEN0123456789'

export const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

/** A server for archives that counts the requests for each. */
export interface Downloads extends AsyncDisposable {
  readonly url: string
  readonly requests: string[]
}

/**
 * @param share fraction of an archive to send before breaking the connection
 * @param isStuck whether to keep the connection open instead
 */
export async function downloads(archive: RunnerArchive, share = 1, isStuck = false): Promise<Downloads> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.writeHead(200, { 'content-length': archive.content.length })
    response.write(archive.content.subarray(0, archive.content.length * share), () => {
      if (share === 1) response.end()
      else if (!isStuck) response.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${archive.name}`
  return { url, requests, [Symbol.asyncDispose]: async () => void server.close() }
}

/** GitHub's list of releases, newest first. */
export const releaseList = (version: string, days: number, archive?: RunnerArchive & { readonly url: string }) => [
  {
    tag_name: `v${version}`,
    published_at: daysAgo(days),
    body: '',
    assets:
      archive === undefined
        ? []
        : [{ name: archive.name, browser_download_url: archive.url, digest: `sha256:${archive.sha256}` }],
  },
]

export const LIST = 'GET /repos/actions/runner/releases?per_page=30'
export const REGISTER = 'POST /orgs/acme/actions/runners/registration-token'
export const REMOVE = 'DELETE /orgs/acme/actions/runners/42'

/** GitHub as seen with the token of an organization. */
export const organisation = (
  releases?: (headers: Record<string, unknown>) => Reply,
  address?: string,
): Promise<FakeGitHub> =>
  fakeGitHub((call, headers) => {
    if (call === LIST && releases !== undefined) return releases(headers)
    if (headers.authorization !== `Bearer ${PAT}`) return { status: 401, body: {} }
    if (call === REGISTER) return { status: 201, body: { token: REGISTRATION_TOKEN } }
    if (call.startsWith('GET /orgs/acme/actions/runners?name=')) {
      const [, name] = call.split('=')
      return { body: { runners: [{ id: 42, name }] } }
    }
    return call.startsWith('DELETE /orgs/acme/actions/runners/') ? { status: 204 } : undefined
  }, address)

/** A container from the entrypoint's perspective: its files and its process. */
export interface FakeContainer {
  readonly folder: string
  /** Folder of the image's own runner. */
  readonly runner: string
  /** Actions that the stub logged, one per line. */
  log(): string[]
  /** The environment of the runner and its jobs, and the initial environment of its parent. */
  environments(): string
  start(env?: Record<string, string>): Start
}

export interface Start {
  readonly process: ChildProcess
  readonly ended: Promise<{ readonly status: number | null; readonly said: string }>
  /** Waits until the stub has logged a line with this prefix. */
  reached(line: string): Promise<void>
}

const read = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** @param github address of its API; nothing else can be reached */
export function fakeContainer(
  parent: string,
  github: Pick<FakeGitHub, 'url'>,
  { version = '2.333.0', builtDaysAgo = 2 } = {},
): FakeContainer {
  const folder = mkdtempSync(join(parent, 'container-'))
  const [runner, log] = [join(folder, 'runner'), join(folder, 'log')]
  putRunner(runner, version, builtDaysAgo)
  mkdirSync(join(folder, 'tmp'))
  writeFileSync(log, '')
  const base = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    GITHUB_API_URL: github.url,
    HTTPS_PROXY: 'http://127.0.0.1:1',
    STUB: 'once',
    STUB_LOG: log,
    RUNNER_URL: 'https://github.com/acme',
    RUNNER_GITHUB_TOKEN: PAT,
    RUNNER_FOLDER: runner,
    RUNNER_CACHE_FOLDER: join(folder, 'cache'),
    RUNNER_DOCKER_TIMEOUT: '0',
  }
  const lines = () => read(log).split('\n').filter(Boolean)
  return {
    folder,
    runner,
    log: lines,
    environments: () => `${read(`${log}.env`)}\n${read(`${log}.parent`)}`,
    start(env = {}) {
      const child = spawn(process.execPath, [ENTRYPOINT], { env: { ...base, ...env }, cwd: folder })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text
        })
      }
      const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, said }))
      return {
        process: child,
        ended,
        async reached(line) {
          while (!lines().some((each) => each.startsWith(line))) {
            if (child.exitCode !== null) throw new Error(`The container ended before '${line}': ${said}`)
            await sleep(10)
          }
        },
      }
    },
  }
}
