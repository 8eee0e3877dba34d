/** What was asked of AWS, for the line about its failure. */
export interface AwsCall {
  /** The IAM action: `ecr:CreateRepository`. */
  readonly action: string
  readonly region: string
  /** Where the credentials came from, in words. */
  readonly source: string
  /** The repository, where the call is about one. */
  readonly repository?: string
}
