import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { checkFailures } from '../../src/ecr/image-failure.ts'

const TAG = { imageTag: '1.4.2' }

test('an image that is missing is none', () => {
  checkFailures([], 'app')
  checkFailures([{ imageId: TAG, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }], 'app')
})

describe('an image that ECR does not give out is not missing', () => {
  test.each([
    ['KmsError', 'The key is disabled', "Check that the repository's KMS key is enabled"],
    ['ImageInaccessible', 'The image is archived', 'If the image is archived, restore it in ECR'],
    ['UpstreamAccessDenied', 'denied', 'Check the credentials of the pull-through cache rule.'],
    ['UpstreamTooManyRequests', 'slow down', 'Run the job again later.'],
    ['UpstreamUnavailable', 'down', 'Run the job again later.'],
    ['SomethingNew', 'what it says', 'It is not known whether the image exists'],
  ])('%s', (failureCode, failureReason, cure) => {
    const missing = { imageId: { imageTag: 'other' }, failureCode: 'ImageNotFound' }
    const check = () => checkFailures([missing, { imageId: TAG, failureCode, failureReason }], 'team/app')
    expect(check).toThrow(Failure)
    expect(check).toThrow(
      `ECR does not give out image '1.4.2' of repository 'team/app': ${failureCode}: ${failureReason}. ${cure}`,
    )
  })

  test('by its digest, and without a word why', () => {
    const check = () => checkFailures([{ imageId: { imageDigest: 'sha256:0' }, failureCode: 'KmsError' }], 'app')
    expect(check).toThrow(/^ECR does not give out image 'sha256:0' of repository 'app': KmsError\. Check/)
  })
})
