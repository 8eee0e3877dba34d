/** The holder of an access key. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly account: string
  readonly arn: string
  readonly userId: string
  /** Temporary keys are not valid without their token. */
  readonly sessionToken?: string
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
}
