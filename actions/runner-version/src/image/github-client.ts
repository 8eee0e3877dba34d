import { type Web, WebError } from '@container-actions/core'
import { answerProblem, githubHeaders, isLimited, jsonOf } from '../github-answer.ts'
import { ExitFailure } from './exit-status.ts'

/** One request to GitHub's API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With the leading slash. */
  readonly path: string
  readonly token: string
  readonly body?: Readonly<Record<string, unknown>>
  /** What is not there need not be removed. */
  readonly mayBeMissing?: boolean
}

/** GitHub's API, as far as registering a runner needs it. */
export interface GitHubClient {
  /**
   * The JSON of the answer; `undefined` where it is empty.
   *
   * @throws {ExitFailure} `denied` with the status where GitHub refuses, and `unreachable` where it does not answer
   */
  call(call: Call): Promise<unknown>
}

const TIMEOUT = 10_000

const CURE = 'Start the runner again after that.'

export function githubClient(web: Web, apiUrl: string, signal: AbortSignal): GitHubClient {
  const send = async ({ method, path, token, body, mayBeMissing }: Call): Promise<unknown> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers = { ...githubHeaders(token), 'content-type': 'application/json' }
    const answer = await web.request({ method, url: `${apiUrl}${path}`, headers, ...text, signal, timeout: TIMEOUT })
    const { status } = answer
    if (status === 204) return undefined
    if (status < 300) return jsonOf(answer)
    answer.body.resume()
    if (status === 404 && mayBeMissing) return undefined
    const isDenied = [401, 403, 404, 422].includes(status) && !isLimited(answer)
    throw isDenied
      ? new ExitFailure('denied', `GitHub answered ${status} to ${method} ${path}.`)
      : new WebError(answerProblem(answer, CURE))
  }
  return {
    async call(call) {
      try {
        return await send(call)
      } catch (error) {
        if (!(error instanceof WebError)) throw error
        throw new ExitFailure('unreachable', `The runner cannot be registered: ${error.message}`, { cause: error })
      }
    },
  }
}
