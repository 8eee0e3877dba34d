import { describe, expect, test } from 'vitest'
import { hostsOf, OWN, parseRegistry } from '../src/registry.ts'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const DUAL = '123456789012.dkr-ecr.eu-west-1.on.aws'
const FIPS = '123456789012.dkr.ecr-fips.us-east-1.amazonaws.com'

const at = (host: string, account: string, region: string) => ({ kind: 'private', account, region, host })

describe('parseRegistry', () => {
  test.each([
    ['123456789012', { ...OWN, account: '123456789012' }],
    ['42', { ...OWN, account: '000000000042' }],
    ['public', { kind: 'public' }],
    ['Public', { kind: 'public' }],
    ['public.ecr.aws', { kind: 'public' }],
    ['https://public.ecr.aws/alias/app', { kind: 'public' }],
    ['ecr-public.aws.com', { kind: 'public' }],
    [HOST, at(HOST, '123456789012', 'eu-west-1')],
    [`https://${HOST}`, at(HOST, '123456789012', 'eu-west-1')],
    [`${HOST}/team/app:1`, at(HOST, '123456789012', 'eu-west-1')],
    [DUAL, at(DUAL, '123456789012', 'eu-west-1')],
    [FIPS, at(FIPS, '123456789012', 'us-east-1')],
    [
      '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
      at('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', '123456789012', 'cn-north-1'),
    ],
  ])('%s is %j', (text, registry) => {
    expect(parseRegistry(text)).toEqual(registry)
  })

  test.each(['1234567890123', 'ghcr.io', `${HOST}.evil.example`, 'x'.repeat(5000), '', '$(id)', 'publicx', '12 34'])(
    '%j is none',
    (text) => {
      expect(parseRegistry(text)).toBeUndefined()
    },
  )
})

describe('hostsOf', () => {
  const given = (host: string | undefined) => ({ ...OWN, host })
  test.each([
    [undefined, HOST, [HOST]],
    [HOST, HOST, [HOST]],
    [DUAL, HOST, [DUAL, HOST]],
    [FIPS, HOST, [FIPS, HOST]],
    [HOST, '127.0.0.1:5000', ['127.0.0.1:5000', HOST]],
  ])('%s, which AWS names %s, is %j', (host, named, hosts) => {
    expect(hostsOf(given(host), named)).toEqual(hosts)
  })
})
