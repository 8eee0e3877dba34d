/** An answer that has nothing of what AWS's own has. */
export class NotAwsResponse extends Error {
  override readonly name = 'NotAwsResponse'
  /** Where the SDK's errors have it. */
  readonly $metadata: { readonly httpStatusCode: number | undefined }

  constructor(status: number | undefined) {
    super('The answer is not one of AWS.')
    this.$metadata = { httpStatusCode: status }
  }
}

/** What the SDK throws has the answer, but does not show it. */
interface Answered {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/** The SDK's names for an error that the answer does not name, and its own words where it cannot read the answer. */
const NAMES: ReadonlySet<string> = new Set(['NotAwsResponse', 'Unknown', 'UnknownError'])
const UNREADABLE = 'Deserialization error'

/** Whether something else answered in place of AWS, such as a proxy with a page of its own. */
export const isNotAws = (error: unknown): error is Error & Answered =>
  error instanceof Error && (NAMES.has(error.name) || error.message.includes(UNREADABLE))

/** The line for such an answer; `undefined` for every other error. */
export function notAwsLine(error: unknown, subject: string, region: string): string | undefined {
  if (!isNotAws(error)) return undefined
  const status = error.$metadata?.httpStatusCode
  const type = error.$response?.headers?.['content-type']
  const what = [status === undefined ? [] : `status ${status}`, type === undefined ? [] : `type ${type}`].flat()
  return `${subject} failed: what answered in region ${region}${what.length === 0 ? '' : ` (${what.join(', ')})`} is not AWS. Check the proxy of the runner, and the variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… where it sets them.`
}
