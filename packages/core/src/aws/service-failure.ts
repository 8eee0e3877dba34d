/**
 * The line for an error that any call of ECR can get and no setting of the step explains; `undefined` for all others.
 * What they mean: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html#API_CreateRepository_Errors
 *
 * @param error the name that AWS gives to it
 * @param said what AWS says, as whole sentences
 * @param subject the call, with its repository
 */
export function ecrLine(
  error: string,
  said: string,
  { subject, region }: { readonly subject: string; readonly region: string },
): string | undefined {
  switch (error) {
    case 'ServerException':
      return `${subject} met an error of AWS's own in ${region}, after all retries: ${said} Run the job again.`
    case 'KmsException':
      return `KMS refuses the key at ${subject}: ${said} Check that the repository's key is an enabled symmetric key of region ${region}, and that its key policy lets this identity use it.`
    case 'LimitExceededException':
      return `A quota of ECR in ${region} is used up at ${subject}: ${said} Delete what nobody needs, or ask AWS for a higher quota.`
    default:
      return undefined
  }
}
