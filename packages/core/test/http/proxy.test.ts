import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { proxyPasswords, proxyVariables } from '../../src/http/proxy.ts'

describe('proxyVariables', () => {
  test.each([
    [{}, {}],
    [{ HTTP_PROXY: '', https_proxy: '', NO_PROXY: '' }, {}],
    [
      { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'https://b:2', NO_PROXY: 'c' },
      { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'https://b:2', NO_PROXY: 'c' },
    ],
    [
      { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2', no_proxy: 'x', NO_PROXY: 'y' },
      { HTTPS_PROXY: 'http://a:1', NO_PROXY: 'y' },
    ],
    [{ https_proxy: 'proxy.example:3128' }, { HTTPS_PROXY: 'http://proxy.example:3128' }],
  ])('of %j are %j', (env, variables) => {
    expect(proxyVariables(env)).toEqual(variables)
  })

  test.each(['socks5://proxy.example:1080', 'http://', '::::', 'http://user:s3cret@'])('%j is no proxy', (value) => {
    expect(() => proxyVariables({ https_proxy: value })).toThrow(
      new Failure(
        'HTTPS_PROXY must be the URL of an HTTP proxy like http://proxy.example:3128, but it has another format.',
      ),
    )
  })
})

test('passwords are known as they stand there and decoded', () => {
  expect(proxyPasswords({})).toEqual([])
  expect(proxyPasswords({ HTTP_PROXY: 'http://proxy.example' })).toEqual([])
  expect(proxyPasswords({ HTTP_PROXY: 'http://u:p%40ss@a:1', HTTPS_PROXY: 'http://u:p%40ss@a:1' })).toEqual([
    'p%40ss',
    'p@ss',
  ])
  expect(proxyPasswords({ HTTPS_PROXY: 'http://u:100%@a:1' })).toEqual(['100%'])
})
