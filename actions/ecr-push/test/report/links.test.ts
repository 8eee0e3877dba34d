import { describe, expect, test } from 'vitest'
import { commitLink, consoleLink } from '../../src/report/links.ts'
import { DIGEST, REPOSITORY } from '../support/ports.ts'

test.each([
  ['aws', 'eu-central-1', 'com', 'https://eu-central-1.console.aws.amazon.com/ecr/'],
  ['aws-cn', 'cn-north-1', 'com.cn', 'https://cn-north-1.console.amazonaws.cn/ecr/'],
  ['aws-us-gov', 'us-gov-west-1', 'com', 'https://us-gov-west-1.console.amazonaws-us-gov.com/ecr/'],
])('the page of an image in %s', (partition, region, top, start) => {
  const registry = `123456789012.dkr.ecr.${region}.amazonaws.${top}`
  const arn = `arn:${partition}:ecr:${region}:123456789012:repository/team/app`
  expect(consoleLink({ ...REPOSITORY, registry, arn }, DIGEST)).toBe(
    `${start}repositories/private/123456789012/team/app/_/image/${DIGEST}/details?region=${region}`,
  )
})

test('no page for a registry that is none of the consoles', () => {
  expect(consoleLink({ ...REPOSITORY, registry: '127.0.0.1:5000' }, DIGEST)).toBeUndefined()
  const arn = 'arn:aws-iso:ecr:us-iso-east-1:123456789012:repository/a'
  expect(consoleLink({ ...REPOSITORY, arn }, DIGEST)).toBeUndefined()
})

describe('the page of the commit', () => {
  const run = { serverUrl: 'https://github.com', repository: 'o/r', sha: 'a'.repeat(40) }

  test('on GitHub, and on a server of its own', () => {
    expect(commitLink(run)).toBe(`https://github.com/o/r/commit/${'a'.repeat(40)}`)
    expect(commitLink({ ...run, serverUrl: 'https://git.example.com:8443' })).toMatch(
      /^https:\/\/git\.example\.com:8443\/o/,
    )
  })

  test.each([{ serverUrl: '' }, { repository: 'o/r)[x](y' }, { sha: '' }, { sha: 'main' }])('not for %j', (part) => {
    expect(commitLink({ ...run, ...part })).toBeUndefined()
  })
})
