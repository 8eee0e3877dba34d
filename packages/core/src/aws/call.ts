/** A call to AWS, for its error message. */
export interface AwsCall {
  /** The IAM action: `ecr:CreateRepository`. */
  readonly action: string
  readonly region: string
  /** Source of the credentials, for display. */
  readonly source: string
  /** The repository, if the call concerns one. */
  readonly repository?: string
}
