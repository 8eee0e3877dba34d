import { describe, expect, test } from 'vitest'
import { locationFor, locationOf, repositoryArn } from '../../src/ecr/location.ts'

describe('the place of a registry', () => {
  const identity = { account: '123456789012', arn: 'arn:aws-us-gov:iam::123456789012:user/ci' }
  const unknown = { account: '', arn: '' }

  test.each([
    ['us-gov-west-1', undefined, identity, 'aws-us-gov', '123456789012'],
    ['us-gov-west-1', '210987654321', identity, 'aws-us-gov', '210987654321'],
    ['eu-central-1', undefined, unknown, 'aws', '*'],
    ['cn-north-1', '210987654321', unknown, 'aws-cn', '210987654321'],
    ['us-gov-west-1', undefined, unknown, 'aws-us-gov', '*'],
    ['eusc-de-east-1', undefined, unknown, 'aws-eusc', '*'],
  ])('%s, %s', (region, registryId, who, partition, account) => {
    expect(locationFor(region, registryId, who)).toEqual({ partition, region, account })
  })
})

test('an ARN holds its place', () => {
  const place = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' }
  expect(repositoryArn(place, 'a/b')).toBe('arn:aws-cn:ecr:cn-north-1:123456789012:repository/a/b')
  expect(locationOf(repositoryArn(place, 'a/b'))).toEqual(place)
})
