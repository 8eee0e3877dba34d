import { Failure, type Manifest, type Repository } from '@container-actions/core'
import type { Inputs } from '../inputs.ts'

/** An OCI index, or Docker's list of manifests. */
const INDEX = /(?:image\.index|manifest\.list)\.v\d+\+json$/

/**
 * Fails where the image is for AWS Lambda and is an index, as an earlier build may have made it.
 * It is asked before any tag is pointed at an image that is in the repository.
 */
export function checkLambdaImage(
  { build }: Pick<Inputs, 'build'>,
  { name }: Repository,
  { digest, mediaType }: Manifest,
): void {
  if (build.compat !== 'lambda' || !INDEX.test(mediaType)) return
  throw new Failure(
    `Input 'compat' is 'lambda', and ${name}@${digest} is an index of images (${mediaType}), which AWS Lambda does not take. Build it again for one platform and without attestations.`,
  )
}
