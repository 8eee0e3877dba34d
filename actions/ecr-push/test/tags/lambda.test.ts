import { expect, test } from 'vitest'
import { checkLambdaImage } from '../../src/tags/lambda.ts'
import { MANIFEST, REPOSITORY } from '../support/ports.ts'

const check =
  (mediaType: string, compat: 'lambda' | 'none' = 'lambda') =>
  () =>
    checkLambdaImage(compat, REPOSITORY, { ...MANIFEST, mediaType })

test.each(['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'])(
  '%s is nothing for Lambda',
  (mediaType) => {
    expect(check(mediaType)).toThrow(
      `Input 'compat' is 'lambda', but team/app@${MANIFEST.digest} is an image index (${mediaType}), which AWS Lambda does not accept.`,
    )
    expect(check(mediaType, 'none')).not.toThrow()
  },
)

test.each(['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'])(
  '%s is',
  (mediaType) => {
    expect(check(mediaType)).not.toThrow()
  },
)
