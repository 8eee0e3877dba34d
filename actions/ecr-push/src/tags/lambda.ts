import { Failure, type Manifest, type Repository } from '@container-actions/core'

/** An OCI index, or Docker's manifest list. */
const INDEX = /(?:image\.index|manifest\.list)\.v\d+\+json$/

/** Compatibility requirements for the image beyond the registry. */
export const COMPATS = ['none', 'lambda'] as const
export type Compat = (typeof COMPATS)[number]

/** Fails if the image is for AWS Lambda but is an index, as an earlier build may have created it. */
export function checkLambdaImage(
  compat: Compat,
  { name }: Pick<Repository, 'name'>,
  { digest, mediaType }: Manifest,
): void {
  if (compat !== 'lambda' || !INDEX.test(mediaType)) return
  throw new Failure(
    `Input 'compat' is 'lambda', but ${name}@${digest} is an image index (${mediaType}), which AWS Lambda does not accept. Rebuild it for one platform and without attestations.`,
  )
}
