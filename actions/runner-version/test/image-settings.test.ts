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
  ])('%j is none', (url) => expect(parseScope(url)).toBeUndefined())
})

describe('the settings', () => {
  const read = (file: string) => {
    if (file === 'token') return ' from a file\n'
    throw new Error('ENOENT')
  }
  const settings = (env: Record<string, string>) =>
    imageSettings({ RUNNER_URL: 'https://github.com/a', ...env }, read, () => {})

  it('take a secret from a file', () => {
    expect(settings({ RUNNER_GITHUB_TOKEN_FILE: 'token' }).registration).toMatchObject({
      credential: { kind: 'token', token: 'from a file' },
    })
    expect(() => settings({ RUNNER_GITHUB_TOKEN_FILE: 'other' })).toThrow(
      "RUNNER_GITHUB_TOKEN_FILE must name a file with the secret; 'other' cannot be read or is empty.",
    )
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
