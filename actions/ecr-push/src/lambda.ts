import { type Ecr, Failure, type Repository } from '@container-actions/core'

/** An OCI index, or Docker's list of manifests. */
const INDEX = /(?:image\.index|manifest\.list)\.v\d+\+json$/

/** Fails where the image behind `digest` is an index, which `extra_build_args` or an earlier build may have made. */
export async function checkLambdaImage(
  repository: Repository,
  digest: string,
  ecr: Pick<Ecr, 'manifest'>,
): Promise<void> {
  const { mediaType = '' } = (await ecr.manifest(repository, { digest })) ?? {}
  if (!INDEX.test(mediaType)) return
  throw new Failure(
    `Input 'compat' is 'lambda', and ${repository.name}@${digest} is an index of images (${mediaType}), which AWS Lambda does not take. Build it anew, without attestations and further platforms in 'extra_build_args'.`,
  )
}
