import type { ServerResponse } from 'node:http'

/** One request as seen by the server. */
export interface Call {
  /** Time of arrival, in ISO 8601. */
  readonly time: string
  readonly service: 'ecr' | 'ecr-public' | 'sts' | 'registry'
  /** The API operation (`PutImage`), or method and route on the registry (`PUT manifest`). */
  readonly operation: string
  account: string | undefined
  /** `public` for ECR Public. */
  region: string | undefined
  accessKeyId: string | undefined
  repository: string | undefined
  /** The tag, digest or upload ID in a registry route. */
  reference: string | undefined
  /** HTTP status; 0 until there is one, and permanently if the connection broke before. */
  status: number
  /** AWS name of the error, or its registry code. */
  error: string | undefined
}

/** Limits the memory of a long-running server. */
const LIMIT = 10_000

/** The most recent calls, in order of arrival. */
export class CallLog {
  readonly calls: Call[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  clear(): void {
    this.calls.length = 0
  }

  /** Adds a call, whose remaining fields are set while it is served, and its status with the headers. */
  open(service: Call['service'], operation: string, response: ServerResponse): Call {
    const call: Call = {
      time: new Date(this.#now()).toISOString(),
      service,
      operation,
      account: undefined,
      region: undefined,
      accessKeyId: undefined,
      repository: undefined,
      reference: undefined,
      status: 0,
      error: undefined,
    }
    const { writeHead } = response
    response.writeHead = ((status: number, ...rest: never[]) => {
      call.status = status
      return writeHead.call(response, status, ...rest)
    }) as typeof writeHead
    this.calls.push(call)
    if (this.calls.length > LIMIT) this.calls.shift()
    return call
  }
}
