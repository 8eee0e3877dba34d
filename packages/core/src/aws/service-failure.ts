/**
 * The message for an error that any ECR call can return and no setting of the step explains; `undefined` for all
 * others. Reference:
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html#API_CreateRepository_Errors
 *
 * @param error its AWS name
 * @param said AWS's message, as complete sentences
 * @param subject the call, with its repository
 */
export function ecrLine(
  error: string,
  said: string,
  { subject, region }: { readonly subject: string; readonly region: string },
): string | undefined {
  switch (error) {
    case 'ServerException':
      return `${subject} failed with an AWS server error in ${region}, after all retries: ${said} Run the job again.`
    case 'KmsException':
      return `KMS refuses the key at ${subject}: ${said} Check that the repository's key is an enabled symmetric key of region ${region}, and that its key policy lets this identity use it.`
    case 'LimitExceededException':
      return `A quota of ECR in ${region} is exceeded at ${subject}: ${said} Delete what is no longer needed, or request a higher quota from AWS.`
    default:
      return undefined
  }
}
