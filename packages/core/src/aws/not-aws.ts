/** A response without any of the characteristics of AWS. */
export class NotAwsResponse extends Error {
  override readonly name = 'NotAwsResponse'
  /** The same place as in SDK errors. */
  readonly $metadata: { readonly httpStatusCode: number | undefined }

  constructor(status: number | undefined) {
    super('The response is not from AWS.')
    this.$metadata = { httpStatusCode: status }
  }
}

/** SDK errors contain the response, but do not expose it. */
interface Answered {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/**
 * The SDK's names for an error without a name in the response, and its own messages if it cannot parse the response.
 */
const NAMES: ReadonlySet<string> = new Set(['NotAwsResponse', 'Unknown', 'UnknownError'])
const UNREADABLE = 'Deserialization error'

/** Whether something other than AWS responded, such as a proxy with its own error page. */
export const isNotAws = (error: unknown): error is Error & Answered =>
  error instanceof Error && (NAMES.has(error.name) || error.message.includes(UNREADABLE))

/** The error message for such a response; `undefined` for every other error. */
export function notAwsLine(error: unknown, subject: string, region: string): string | undefined {
  if (!isNotAws(error)) return undefined
  const status = error.$metadata?.httpStatusCode
  const type = error.$response?.headers?.['content-type']
  const what = [status === undefined ? [] : `status ${status}`, type === undefined ? [] : `type ${type}`].flat()
  return `${subject} failed: the response in region ${region}${what.length === 0 ? '' : ` (${what.join(', ')})`} is not from AWS. Check the proxy of the runner, and its variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… if they are set.`
}
