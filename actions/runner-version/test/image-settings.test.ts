import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../src/image/exit-status.ts'
import { parseScope } from '../src/image/scope.ts'
import { IMAGE_SETTINGS, imageSettings, runnerEnvironment } from '../src/image/settings.ts'

const README = readFileSync(
  new URL('../../../workflows-examples/self-hosted/runner/README.md', import.meta.url),
  'utf8',
)

describe('the README of the image', () => {
  it('has every variable with its default', () => {
    const rows = [...README.matchAll(/^\| `RUNNER_([A-Z_]+)` \|(?: `([^`]*)`)? \|/gm)]
    const documented = Object.fromEntries(rows.map(([, name = '', value = '']) => [name.toLowerCase(), value]))
    expect(documented).toEqual(IMAGE_SETTINGS.defaults)
  })

  it('has every exit status', () => {
    const documented = [...README.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status))
    expect(documented).toEqual([0, 1, ...Object.values(EXIT)])
  })
})

describe('the address of runners', () => {
  it.each([
    ['https://github.com/acme', 'organization', '/orgs/acme', 'https://api.github.com'],
    ['https://github.com/acme/', 'organization', '/orgs/acme', 'https://api.github.com'],
    ['https://github.com/acme/shop.js', 'repository', '/repos/acme/shop.js', 'https://api.github.com'],
    ['https://github.com/enterprises/acme', 'enterprise', '/enterprises/acme', 'https://api.github.com'],
    ['https://acme.ghe.com/shop', 'organization', '/orgs/shop', 'https://api.acme.ghe.com'],
    ['https://git.acme.example/a/b', 'repository', '/repos/a/b', 'https://git.acme.example/api/v3'],
  ])('%s is of an %s', (url, kind, path, apiUrl) => {
    expect(parseScope(url)).toMatchObject({ kind, path, apiUrl })
  })

  it.each([
    '',
    'acme',
    'ftp://github.com/acme',
    'https://github.com',
    'https://github.com/a/b/c',
    'https://github.com/a/..',
    'https://github.com/a%2Fb',
    'https://user:secret@github.com/a',
    'https://github.com/a?b',
    'https://github.com/acme/shop.git',
    'https://github.com/orgs/acme',
    'https://github.com/organizations/acme',
    'https://github.com/enterprises',
  ])('%j is none', (url) => expect(parseScope(url)).toBeUndefined())
})

describe('the settings', () => {
  const read = (file: string) => {
    if (file === 'token') return ' from-a-file\r\n'
    throw new Error('ENOENT')
  }
  const settings = (env: Record<string, string>) =>
    imageSettings({ RUNNER_URL: 'https://github.com/a', ...env }, read, () => {})

  it('take a secret from a file', () => {
    expect(settings({ RUNNER_GITHUB_TOKEN_FILE: 'token' }).registration).toMatchObject({
      credential: { kind: 'token', token: 'from-a-file' },
    })
    expect(() => settings({ RUNNER_GITHUB_TOKEN_FILE: 'other' })).toThrow(
      "RUNNER_GITHUB_TOKEN_FILE must name a file with the secret; 'other' cannot be read or is empty.",
    )
  })

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [pkcs1, pkcs8] = (['pkcs1', 'pkcs8'] as const).map((type) =>
    privateKey.export({ type, format: 'pem' }).toString(),
  )

  it.each([
    ['of GitHub', pkcs1],
    ['of another form', pkcs8],
    ['from Windows', pkcs1?.replaceAll('\n', '\r\n')],
    ['on one line', pkcs1?.replaceAll('\n', '\\n')],
  ])('take the key %s', (_, key = '') => {
    const { registration } = settings({ RUNNER_APP_ID: '7', RUNNER_APP_KEY: key })
    expect(registration).toMatchObject({ credential: { kind: 'app', id: '7' } })
  })

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')
  const jit = encoded({ '.runner': encoded({}) })

  it('take a JIT configuration, also in lines', () => {
    const lines = `${jit.slice(0, 9)}\n${jit.slice(9)}`
    expect(settings({ RUNNER_JIT_CONFIG: lines }).registration).toEqual({ kind: 'jit', config: lines })
  })

  const { privateKey: curve } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  it.each<[string, Record<string, string>, string]>([
    ['no credential', {}, 'RUNNER_GITHUB_TOKEN and RUNNER_JIT_CONFIG must be set'],
    [
      'two',
      { RUNNER_GITHUB_TOKEN: 'x', RUNNER_APP_ID: '7' },
      'Only one of RUNNER_GITHUB_TOKEN and RUNNER_APP_ID can be set.',
    ],
    [
      'two others',
      { RUNNER_GITHUB_TOKEN: 'x', RUNNER_JIT_CONFIG: jit },
      'Only one of RUNNER_GITHUB_TOKEN and RUNNER_JIT_CONFIG can be set.',
    ],
    ['an app without a key', { RUNNER_APP_ID: '7' }, 'RUNNER_APP_KEY must be set along with RUNNER_APP_ID.'],
    ['a key without an app', { RUNNER_APP_KEY: pkcs1 ?? '' }, 'RUNNER_APP_ID must be set along with RUNNER_APP_KEY.'],
    [
      'a key that no app has',
      { RUNNER_APP_ID: '7', RUNNER_APP_KEY: curve.export({ type: 'sec1', format: 'pem' }).toString() },
      "RUNNER_APP_KEY must be the app's private key",
    ],
    [
      'a token with a comment',
      { RUNNER_GITHUB_TOKEN: 'secret\n# mine' },
      'RUNNER_GITHUB_TOKEN must be a token and nothing else; it contains spaces, newlines or other characters.',
    ],
    [
      'no Base64',
      { RUNNER_JIT_CONFIG: '{"secret":1}' },
      "RUNNER_JIT_CONFIG must be the encoded_jit_config from GitHub's API, but it has another format.",
    ],
    ['another Base64', { RUNNER_JIT_CONFIG: encoded('secret') }, 'RUNNER_JIT_CONFIG must be the encoded_jit_config'],
    [
      'a URL with a password',
      { RUNNER_URL: 'https://me:secret@github.com/a', RUNNER_GITHUB_TOKEN: 'x' },
      "it is '***@github.com/a'.",
    ],
    [
      'labels that are an option',
      { RUNNER_LABELS: '--replace', RUNNER_GITHUB_TOKEN: 'x' },
      "RUNNER_LABELS must not begin with a hyphen; it is '--replace'.",
    ],
  ])('refuse %s, and tell no secret', (_, env, message) => {
    let said = ''
    try {
      settings(env)
    } catch (error) {
      said = String(error)
    }
    expect(said).toContain(message)
    expect(said).not.toContain('secret')
  })

  it('are nothing that the runner gets to see', () => {
    const env = {
      PATH: '/bin',
      RUNNER_GITHUB_TOKEN: 'x',
      RUNNER_APP_KEY_FILE: 'x',
      RUNNER_ALLOW_RUNASROOT: '1',
      NONE: undefined,
    }
    expect(runnerEnvironment(env)).toEqual({
      PATH: '/bin',
      RUNNER_ALLOW_RUNASROOT: '1',
      ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1',
    })
  })
})
