import { describe, expect, test } from 'vitest'
import { isUsualHost, parseRegistryHost } from '../../src/ecr/registry-host.ts'

describe('parseRegistryHost', () => {
  test.each([
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
    ['123456789012.dkr-ecr-fips.us-east-1.on.aws', 'us-east-1'],
    ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
    ['123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
  ])('reads %s', (host, region) => {
    expect(parseRegistryHost(host)).toEqual({ account: '123456789012', region })
  })

  test.each([
    '',
    'docker.io',
    'public.ecr.aws',
    '12345678901.dkr.ecr.eu-central-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example',
    'x123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com:443',
    '123456789012xdkr.ecr.eu-central-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-central-1.amazonawsxcom',
  ])('does not take %j for one', (host) => {
    expect(parseRegistryHost(host)).toBeUndefined()
  })
})

test.each([
  ['123456789012.dkr.ecr.eu-central-1.amazonaws.com', true],
  ['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', false],
  ['123456789012.dkr-ecr.eu-west-1.on.aws', false],
  ['123456789012.dkr-ecr-fips.us-east-1.on.aws', false],
])('whether the API names the host %s: %s', (host, expected) => {
  expect(isUsualHost(host)).toBe(expected)
})
