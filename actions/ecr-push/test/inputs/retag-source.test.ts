import { Failure } from '@container-actions/core'
import { inputsOf } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { checkRepository, missingImage, readRetagSource } from '../../src/inputs/retag-source.ts'
import { DIGEST, REPOSITORY } from '../support/ports.ts'

const { uri } = REPOSITORY

test.each<[string, string, string | undefined]>([
  ['1.4.2', '1.4.2', undefined],
  [DIGEST, DIGEST, undefined],
  ['team/app:1.4.2', '1.4.2', 'team/app'],
  [`${uri}:1.4.2`, '1.4.2', uri],
  [`${uri}@${DIGEST}`, DIGEST, uri],
  [`${uri}:1.4.2@${DIGEST}`, DIGEST, uri],
  ['127.0.0.1:5000/team/app:1', '1', '127.0.0.1:5000/team/app'],
])('retag_from: %s is %s of the repository %s', (retag_from, id, repository) => {
  const input = inputsOf({ retag_from })
  expect(readRetagSource(input)).toEqual({ id, repository })
  input.check()
})

test('there may be none', () => {
  expect(readRetagSource(inputsOf({}))).toBeUndefined()
})

test.each(['feature/x', 'team/app', 'sha256:12', '$(id)', 'a b:1', `team/app@${DIGEST}0`, '-x', 'team/app:-x'])(
  'retag_from: %s is a mistake',
  (retag_from) => {
    const input = inputsOf({ retag_from })
    readRetagSource(input)
    expect(input.check).toThrow(
      /^Input 'retag_from' is ".*", which is neither a tag nor a digest\. Use a tag like 1\.4\.2/,
    )
  },
)

test.each([undefined, 'team/app', uri])('an image of %s is one of the repository', (repository) => {
  expect(() => checkRepository({ id: '1', repository }, REPOSITORY)).not.toThrow()
})

test.each(['team/other', 'other/team/app', `${uri}/app`, '127.0.0.1:5000/team/app'])(
  'an image of %s cannot be tagged here',
  (repository) => {
    expect(() => checkRepository({ id: '1', repository }, REPOSITORY)).toThrow(
      new Failure(
        `Input 'retag_from' is an image of ${repository}, but the tags are for ${uri}. ECR can only tag images within a repository; copy the image with: docker buildx imagetools create --tag NEW OLD`,
      ),
    )
  },
)

test('an image by another host of the same registry can be tagged', () => {
  const fips = uri.replace('.dkr.ecr.', '.dkr.ecr-fips.')
  const check = (repository: string, own: string) => () =>
    checkRepository({ id: '1', repository }, { ...REPOSITORY, uri: own })
  expect(check(fips, uri)).not.toThrow()
  expect(check(uri, fips)).not.toThrow()
  expect(check(fips.replace('123456789012', '111122223333'), uri)).toThrow(/^Input 'retag_from' is an image of 1111/)
  expect(check(fips.replace('eu-central-1', 'us-east-1'), uri)).toThrow(/^Input 'retag_from'/)
})

test('an image that is not there is told in one line', () => {
  expect(missingImage({ id: '1', repository: undefined }, 'team/app').message).toBe(
    "Input 'retag_from' is 1, but the repository 'team/app' in this registry and region has no such image. Check the tag or digest, and that a lifecycle policy has not removed it.",
  )
})
