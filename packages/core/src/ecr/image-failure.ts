import { Failure, sentence } from '../base/failure.ts'

/**
 * An image that ECR does not return: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html
 */
export interface ImageFailure {
  readonly imageId?: { readonly imageTag?: string | undefined; readonly imageDigest?: string | undefined } | undefined
  readonly failureCode?: string | undefined
  readonly failureReason?: string | undefined
}

const CURES: Readonly<Record<string, string>> = {
  KmsError: "Check that the repository's KMS key is enabled, and that its key policy lets this identity use it.",
  ImageInaccessible: 'If the image is archived, restore it in ECR, or use another image.',
  UpstreamAccessDenied: 'Check the credentials of the pull-through cache rule.',
  UpstreamTooManyRequests: 'Run the job again later.',
  UpstreamUnavailable: 'Run the job again later.',
}

/**
 * @throws {Failure} for the first image that exists, or may exist, but that ECR does not return: only a missing image
 *   counts as missing
 */
export function checkFailures(failures: readonly ImageFailure[], repository: string): void {
  const found = failures.find(({ failureCode }) => failureCode !== 'ImageNotFound')
  if (found === undefined) return
  const { imageId: { imageTag, imageDigest = '' } = {}, failureCode = 'unknown', failureReason = '' } = found
  const said = [failureCode, sentence(failureReason.replaceAll(/\s+/g, ' '))].filter(Boolean).join(': ')
  const cure = CURES[failureCode] ?? 'It is not known whether the image exists, so nothing that depends on it is done.'
  throw new Failure(
    `ECR does not give out image '${imageTag ?? imageDigest}' of repository '${repository}': ${sentence(said)} ${cure}`,
  )
}
