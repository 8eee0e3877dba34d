/** An error as the AWS API names it. The protocol that the request came in decides how it is written. */
export class ApiError extends Error {
  /** HTTP status on the JSON API. */
  readonly status: number
  /** Further members of the error, such as `lastValidByteReceived`. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(name: string, message: string, more: { status?: number; fields?: Record<string, unknown> } = {}) {
    super(message)
    this.name = name
    this.status = more.status ?? 400
    this.fields = more.fields ?? {}
  }
}

/** ECR's way to refuse a value; `constraint` is its own words for the rule. */
export const invalidParameter = (parameter: string, constraint: string) =>
  new ApiError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  )

/** What nobody foresaw is the server's fault, as at AWS; the stack goes to stderr so that it gets repaired. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  process.stderr.write(`ecr-local: ${error instanceof Error ? error.stack : String(error)}\n`)
  return new ApiError('ServerException', 'Internal error', { status: 500 })
}
