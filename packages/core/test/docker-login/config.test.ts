import { describe, expect, test } from 'vitest'
import {
  loginEntry,
  loginsStillIn,
  parseLoginEntries,
  withHelper,
  withLogins,
  withoutEnded,
  withoutLogins,
  withStoreFor,
} from '../../src/docker-login/config.ts'

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
const OTHER = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'

const CONFIG = Object.freeze({
  auths: Object.freeze({ 'https://index.docker.io/v1/': { auth: 'aHVi' }, [HOST]: { auth: 'b2xk' } }),
  credHelpers: Object.freeze({ 'gcr.io': 'gcloud', [HOST]: 'ecr-login' }),
  credsStore: 'pass',
  proxies: { default: { httpProxy: 'http://proxy.example:3128' } },
  plugins: { debug: { hooks: 'exec' } },
  cliPluginsExtraDirs: ['/opt/plugins'],
  currentContext: 'remote',
  HttpHeaders: { 'X-Meta': '1' },
})

describe('withHelper', () => {
  test('leaves everything as it is, but for the hosts', () => {
    expect(withHelper(CONFIG, [HOST, OTHER], 'own')).toEqual({
      ...CONFIG,
      auths: { 'https://index.docker.io/v1/': { auth: 'aHVi' } },
      credHelpers: { 'gcr.io': 'gcloud', [HOST]: 'own', [OTHER]: 'own' },
    })
  })

  test('makes sense of what should not be there', () => {
    expect(withHelper({ auths: null, credHelpers: 'x' }, [HOST], 'own')).toEqual({
      auths: {},
      credHelpers: { [HOST]: 'own' },
    })
    expect(withHelper({ auths: [], credHelpers: [] }, [HOST], 'own')).toEqual({
      auths: {},
      credHelpers: { [HOST]: 'own' },
    })
  })
})

describe('withStoreFor', () => {
  test('leaves the store what it has, by the names that tools ask for', () => {
    const { credsStore: _, ...plain } = CONFIG
    const marked = { ...CONFIG, auths: { ...CONFIG.auths, 'quay.io': {}, 'ghcr.io': { identitytoken: 'x' } } }
    expect(withStoreFor(marked, ['https://index.docker.io/v1/', 'https://old.example/v1/', 'gcr.io'])).toEqual({
      ...plain,
      auths: marked.auths,
      credHelpers: {
        ...{ 'https://index.docker.io/v1/': 'pass', 'index.docker.io': 'pass', 'docker.io': 'pass' },
        ...{ 'https://old.example/v1/': 'pass', 'old.example': 'pass', 'quay.io': 'pass' },
        ...CONFIG.credHelpers,
      },
    })
  })

  test('of one that has nothing leaves nothing', () => {
    expect(withStoreFor({ credsStore: 'pass', psFormat: 'x' }, [])).toEqual({ psFormat: 'x' })
  })
})

describe('withLogins', () => {
  const tokens = new Map([
    [HOST, 'bmV3'],
    [OTHER, 'b3RoZXI='],
  ])

  test('puts them where every tool finds them, and leaves everything else as it is', () => {
    const { credsStore: _, ...plain } = CONFIG
    expect(withLogins(plain, tokens)).toEqual({
      ...plain,
      auths: {
        'https://index.docker.io/v1/': { auth: 'aHVi' },
        [HOST]: { auth: 'bmV3' },
        [OTHER]: { auth: 'b3RoZXI=' },
      },
      credHelpers: { 'gcr.io': 'gcloud' },
    })
    expect(withLogins({}, tokens)).toEqual({ auths: { [HOST]: { auth: 'bmV3' }, [OTHER]: { auth: 'b3RoZXI=' } } })
    expect(withLogins({ credHelpers: { [HOST]: 'ecr-login' } }, tokens)).not.toHaveProperty('credHelpers')
  })

  test("tells Docker to look into the file where the user's store is for all hosts", () => {
    expect(withLogins(CONFIG, tokens)).toMatchObject({
      credsStore: 'pass',
      credHelpers: { 'gcr.io': 'gcloud', [HOST]: '', [OTHER]: '' },
    })
  })

  test('are taken away again, and nothing that others have taken over', () => {
    const entries = [loginEntry(HOST, 'bmV3'), loginEntry(OTHER, 'another')]
    const config = withLogins(CONFIG, tokens)
    expect(loginsStillIn(config, entries)).toEqual([HOST])
    expect(withoutLogins(config, entries)).toEqual({
      ...config,
      auths: { 'https://index.docker.io/v1/': { auth: 'aHVi' }, [OTHER]: { auth: 'b3RoZXI=' } },
      credHelpers: { 'gcr.io': 'gcloud', [OTHER]: '' },
    })
    expect(withoutLogins({ auths: null, a: 1 }, entries)).toEqual({ auths: {}, a: 1 })
  })

  test('are remembered without what is secret', () => {
    const entries = [loginEntry(HOST, 'bmV3')]
    expect(JSON.stringify(entries)).not.toContain('bmV3')
    expect(parseLoginEntries(JSON.parse(JSON.stringify(entries)))).toEqual(entries)
    for (const other of [undefined, null, {}, 'x', [1], [{ host: 1, digest: 'x' }], [{ host: HOST }]]) {
      expect(parseLoginEntries(other)).toBeUndefined()
    }
  })
})

describe('withoutEnded', () => {
  const NOW = Date.parse('2026-11-21T12:00:00Z')
  const entry = (claims: object) => {
    const password = Buffer.from(JSON.stringify(claims)).toString('base64')
    return { auth: Buffer.from(`AWS:${password}`).toString('base64') }
  }
  const ENDED = entry({ payload: 'x', expiration: NOW / 1000 })
  const GOOD = entry({ payload: 'x', expiration: NOW / 1000 + 1 })

  test('drops logins of ECR and ECR Public whose time is over', () => {
    const config = {
      auths: { [HOST]: ENDED, 'public.ecr.aws': ENDED, 'ecr-public.aws.com': ENDED, [OTHER]: GOOD },
      b: 1,
    }
    expect(withoutEnded(config, NOW)).toEqual({ auths: { [OTHER]: GOOD }, b: 1 })
  })

  test('knows the time in milliseconds as well', () => {
    expect(withoutEnded({ auths: { [HOST]: entry({ expiration: NOW }) } }, NOW)).toEqual({ auths: {} })
    const good = { auths: { [HOST]: entry({ expiration: NOW + 1 }) } }
    expect(withoutEnded(good, NOW)).toBe(good)
  })

  test.each([
    [{}],
    [{ auths: null }],
    [{ auths: { 'ghcr.io': ENDED } }],
    [{ auths: { [HOST]: GOOD } }],
    [{ auths: { [HOST]: {} } }],
    [{ auths: { [HOST]: null } }],
    [{ auths: { [HOST]: { auth: 'bm8=' } } }],
    [{ auths: { [HOST]: entry({ expiration: 'soon' }) } }],
    [{ auths: { [HOST]: { auth: Buffer.from('AWS:bnVsbA==').toString('base64') } } }],
  ])('leaves %j', (config) => {
    expect(withoutEnded(config, NOW)).toBe(config)
  })
})
