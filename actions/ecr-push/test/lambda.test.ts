import { expect, test } from 'vitest'
import { checkLambdaImage } from '../src/lambda.ts'
import { MANIFEST, REPOSITORY } from './support/ports.ts'

const check = (mediaType: string) =>
  checkLambdaImage(REPOSITORY, MANIFEST.digest, { manifest: async () => ({ ...MANIFEST, mediaType }) })

test.each(['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'])(
  '%s is nothing for Lambda',
  async (mediaType) => {
    await expect(check(mediaType)).rejects.toThrow(
      `Input 'compat' is 'lambda', and team/app@${MANIFEST.digest} is an index of images (${mediaType}), which AWS Lambda does not take.`,
    )
  },
)

test.each(['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'])(
  '%s is',
  async (mediaType) => {
    await check(mediaType)
  },
)
