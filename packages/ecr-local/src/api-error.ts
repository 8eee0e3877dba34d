/** An error with its AWS name. The protocol of the request determines its format. */
export class ApiError extends Error {
  /** HTTP status on the JSON API. */
  readonly status: number
  /** Additional members of the error, such as `lastValidByteReceived`. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(name: string, message: string, more: { status?: number; fields?: Record<string, unknown> } = {}) {
    super(message)
    this.name = name
    this.status = more.status ?? 400
    this.fields = more.fields ?? {}
  }
}

/** ECR's error for an invalid value; `constraint` is its own text for the rule. */
export const invalidParameter = (parameter: string, constraint: string) =>
  new ApiError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  )

/** An unexpected error is a server error, as in AWS; the stack trace goes to stderr so that it gets fixed. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  process.stderr.write(`ecr-local: ${error instanceof Error ? error.stack : String(error)}\n`)
  return new ApiError('ServerException', 'Internal error', { status: 500 })
}
