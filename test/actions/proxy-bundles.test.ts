import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PROXY, PROXY_TABLE } from '../../packages/core/test/support/proxy-table.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { runProgram } from '../support/client-programs.ts'

const KEYS = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_MAX_ATTEMPTS: '1',
}
const ROLE = { INPUT_ASSUME_ROLE: 'arn:aws:iam::123456789012:role/deploy', INPUT_ROLE_SOURCE: 'oidc' }

/** The endpoint of a daemon, as DOCKER_HOST and the variables of TLS name it. */
function daemonAt({ hostname, port, protocol }: URL): Record<string, string> {
  if (protocol === 'http:') return { DOCKER_HOST: `tcp://${hostname}:${port || 80}` }
  return { DOCKER_HOST: `tcp://${hostname}:${port || 443}`, DOCKER_TLS: '1', DOCKER_CERT_PATH: '/none' }
}

/** An action, and the environment in which it sends a request to a URL. */
const CLIENTS: readonly (readonly [string, string, (url: URL) => Record<string, string>])[] = [
  ['ecr-login', "AWS's API", ({ href }) => ({ ...KEYS, AWS_ENDPOINT_URL_ECR: href, AWS_ENDPOINT_URL_STS: href })],
  [
    'ecr-login',
    "GitHub's OIDC token",
    ({ href }) => ({ ...KEYS, ...ROLE, ACTIONS_ID_TOKEN_REQUEST_URL: href, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' }),
  ],
  [
    'branch-name',
    "GitHub's API",
    ({ href }) => ({
      ...{ GITHUB_API_URL: href.replace(/\/$/, ''), GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1' },
      ...{ GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: 'a'.repeat(40), INPUT_GITHUB_TOKEN: 'x' },
    }),
  ],
  [
    'runner-version',
    'releases',
    ({ href }) => ({ GITHUB_API_URL: href.replace(/\/$/, ''), INPUT_INSTALLED: '2.331.0' }),
  ],
  ['docker-ready', 'the Docker daemon', (url) => ({ ...daemonAt(url), INPUT_TIMEOUT: '20s' })],
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-'))
  writeFileSync(join(folder, 'event.json'), '{}')
})
afterAll(() => rmSync(folder, { recursive: true }))

it.concurrent.each(CLIENTS)('%s reaches %s as every row of the table says', async (action, _, environmentFor) => {
  const rows = PROXY_TABLE.map(({ env, url }) => ({
    url,
    env: {
      ...environmentFor(new URL(url)),
      ...Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, value?.replace(new URL(PROXY).host, 'PROXY_ADDRESS')]),
      ),
    },
  }))
  const files = {
    PATH: '/usr/bin:/bin',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    RUNNER_TEMP: folder,
    HOME: folder,
  }
  const driver = join(import.meta.dirname, 'support/proxy-ways.ts')
  const bundle = join(REPOSITORY, 'actions', action, 'dist/index.js')
  const { stdout, stderr } = await runProgram('/usr/bin/env', [
    '-i',
    ...Object.entries(files).map(([name, value]) => `${name}=${value}`),
    process.execPath,
    driver,
    bundle,
    JSON.stringify(rows),
  ])
  const ways: string[] = JSON.parse(stdout || JSON.stringify(stderr))
  expect(PROXY_TABLE.map(({ env, url }, index) => [env, url, ways[index]])).toEqual(
    PROXY_TABLE.map(({ env, url, way }) => [env, url, way]),
  )
})
