import { describe, expect, it } from 'vitest'
import { checkDaemon, checkMirrors } from '../src/checks.ts'
import { DAEMON } from './daemon-fixture.ts'

const NOTHING = { minApiVersion: undefined, minServerVersion: undefined, requireBuildx: false, registryMirrors: [] }

const failures = (wanted: Partial<Parameters<typeof checkDaemon>[2]>, buildx?: string, daemon = DAEMON) =>
  checkDaemon(daemon, buildx, { ...NOTHING, ...wanted }).map(({ failed }) => failed ?? 'passed')

describe('checkDaemon', () => {
  it('checks nothing that is not asked for', () => expect(failures({})).toEqual([]))

  it.each([
    [{ minApiVersion: '1.41' }, undefined, 'passed'],
    [{ minApiVersion: '1.44' }, undefined, 'api_version_too_old'],
    [{ minServerVersion: '20.10' }, undefined, 'passed'],
    [{ minServerVersion: '23' }, undefined, 'server_version_too_old'],
    [{ requireBuildx: true }, '/usr/libexec/docker/cli-plugins/docker-buildx', 'passed'],
    [{ requireBuildx: true }, undefined, 'buildx_missing'],
    [{ registryMirrors: ['https://Mirror.example.com'] }, undefined, 'passed'],
    [{ registryMirrors: ['https://other.example.com/'] }, undefined, 'mirror_not_configured'],
  ])('%o with buildx %s: %s', (wanted, buildx, expected) => expect(failures(wanted, buildx)).toEqual([expected]))

  it('takes a version that was not told as too old', () => {
    expect(failures({ minServerVersion: '1' }, undefined, { ...DAEMON, serverVersion: '' })).toEqual([
      'server_version_too_old',
    ])
  })

  it('says for each what was asked and what there is', () => {
    const wanted = { minApiVersion: '1.44', minServerVersion: '20', requireBuildx: true, registryMirrors: ['http://m'] }
    expect(checkDaemon(DAEMON, '/p/docker-buildx', wanted).map(({ line }) => line)).toEqual([
      'API version: the daemon has 1.41, 1.44 is the least',
      'Server version: the daemon has 20.10.24+dfsg1, 20 is the least',
      'buildx: /p/docker-buildx',
      'Registry mirror http://m: the daemon is configured with https://mirror.example.com',
    ])
  })
})

describe('checkMirrors', () => {
  const mirror = { url: 'https://m/', insecure: false }

  it.each([
    [[], 'mirror_not_configured'],
    [[{ kind: 'answer', mirror, status: 200 }], undefined],
    [
      [
        { kind: 'answer', mirror, status: 404 },
        { kind: 'answer', mirror, status: 200 },
      ],
      undefined,
    ],
    [[{ kind: 'answer', mirror, status: 401 }], 'mirror_not_serving'],
    [
      [
        { kind: 'unreachable', mirror, why: 'x' },
        { kind: 'answer', mirror, status: 404 },
      ],
      'mirror_not_serving',
    ],
  ] as const)('%o: %s', (answers, failed) => expect(checkMirrors('alpine', answers).failed).toBe(failed))

  it('neither passes nor fails what only the daemon can reach', () => {
    expect(checkMirrors('alpine', [{ kind: 'unreachable', mirror, why: 'connect ECONNREFUSED' }])).toEqual({
      line: 'alpine from a registry mirror: https://m/ cannot be reached: connect ECONNREFUSED',
      unknown: true,
    })
  })
})
