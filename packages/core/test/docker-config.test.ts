import { describe, expect, test } from 'vitest'
import { withHelper, withoutEnded, withoutHelper } from '../src/docker-config.ts'

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

test('withoutHelper takes away what is ours, and nothing that others have taken over', () => {
  const config = { a: 1, credHelpers: { [HOST]: 'own', [OTHER]: 'theirs', 'gcr.io': 'own' } }
  expect(withoutHelper(config, [HOST, OTHER], 'own')).toEqual({
    a: 1,
    credHelpers: { [OTHER]: 'theirs', 'gcr.io': 'own' },
  })
  expect(withoutHelper({}, [HOST], 'own')).toEqual({ credHelpers: {} })
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
