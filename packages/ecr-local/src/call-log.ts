import type { ServerResponse } from 'node:http'

/** One request as the server saw it. */
export interface Call {
  /** ISO 8601, when the request arrived. */
  readonly time: string
  readonly service: 'ecr' | 'ecr-public' | 'sts' | 'registry'
  /** The API operation (`PutImage`), or method and route on the registry (`PUT manifest`). */
  readonly operation: string
  account: string | undefined
  /** `public` for what ECR Public has. */
  region: string | undefined
  accessKeyId: string | undefined
  repository: string | undefined
  /** The tag, digest or upload id that a registry route named. */
  reference: string | undefined
  /** HTTP status; 0 while there is none, and for good when the connection broke before there was one. */
  status: number
  /** The error's AWS name or registry code. */
  error: string | undefined
}

/** So that a server that runs for weeks does not grow. */
const LIMIT = 10_000

/** The latest calls, in the order in which they arrived. */
export class CallLog {
  readonly calls: Call[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  clear(): void {
    this.calls.length = 0
  }

  /** Adds a call whose remaining fields are filled in while it is served; the status with the headers. */
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
