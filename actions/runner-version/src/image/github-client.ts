import { reason, type Web, type WebAnswer, WebError } from '@container-actions/core'
import { answerProblem, githubHeaders, isLimited, jsonOf } from '../github-answer.ts'
import { ExitFailure } from './exit-status.ts'

/** One request to GitHub's API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path with the leading slash. */
  readonly path: string
  readonly token: string
  readonly body?: Readonly<Record<string, unknown>>
  /** A 404 counts as success: a missing runner does not have to be removed. */
  readonly mayBeMissing?: boolean
}

/** GitHub rejected a request. */
export class Refusal extends ExitFailure {
  /** HTTP status of the response. */
  readonly answered: number

  constructor(answered: number, message: string) {
    super('denied', message)
    this.answered = answered
  }
}

/** The part of GitHub's API that registering a runner needs. */
export interface GitHubClient {
  /**
   * The JSON of the response; `undefined` if it is empty.
   *
   * @throws {Refusal} if GitHub rejects the request
   * @throws {ExitFailure} `unreachable` if GitHub does not respond
   */
  call(call: Call): Promise<unknown>
}

const TIMEOUT = 10_000

/** Maximum number of redirects, which happen for a renamed repository or organization. */
const REDIRECTS = 3

const CURE = 'Start the runner again after that.'

/** GitHub's reason for a rejection, such as ` (Bad credentials)`; empty if there is none. */
function wordOf(answer: WebAnswer): string {
  try {
    const { message } = jsonOf(answer) as { message?: unknown }
    return typeof message === 'string' && message !== '' ? ` (${reason(message).slice(0, 200)})` : ''
  } catch {
    return ''
  }
}

export function githubClient(web: Web, apiUrl: string, signal: AbortSignal): GitHubClient {
  const send = async ({ method, path, token, body, mayBeMissing }: Call): Promise<unknown> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers = { ...githubHeaders(token), 'content-type': 'application/json' }
    const sent = { method, url: `${apiUrl}${path}`, headers, ...text, signal, timeout: TIMEOUT, redirects: REDIRECTS }
    const answer = await web.request(sent)
    const { status } = answer
    if (status === 204) return undefined
    if (status < 300) return jsonOf(answer)
    const word = wordOf(answer)
    if (status === 404 && mayBeMissing) return undefined
    const isDenied = [401, 403, 404, 422].includes(status) && !isLimited(answer)
    throw isDenied
      ? new Refusal(status, `GitHub answered ${status}${word} to ${method} ${path}.`)
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
