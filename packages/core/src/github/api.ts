import { type Web, WebError, type WebRequest } from '../http/web.ts'

/** Reads from GitHub's REST API: https://docs.github.com/rest */
export interface GitHubApi {
  /**
   * Sends a GET request for a route such as `/repos/{owner}/{repo}/pulls` and returns the response. Parameters are
   * encoded; those that the route does not contain go into the query.
   *
   * @throws {GitHubApiError} if there is no response, or an unexpected one
   */
  get(route: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>
}

/** Why there was no usable response from GitHub's API, in one line. */
export class GitHubApiError extends Error {
  override readonly name = 'GitHubApiError'
  /** The HTTP status; `undefined` if there was no response. */
  readonly status: number | undefined

  constructor(message: string, status: number | undefined, cause: unknown) {
    super(message.replaceAll(/\s+/g, ' '), { cause })
    this.status = status
  }
}

export interface GitHubApiOptions {
  readonly token: string
  readonly web: Web
  /** Aborts the requests of a cancelled job. */
  readonly signal: AbortSignal
  /** Timeout of one response in ms, including redirects and retries. */
  readonly timeout?: number
}

/** An error and its causes, outermost first. */
function* chain(error: unknown): Generator<Error & { status?: unknown; response?: unknown; code?: unknown }> {
  for (let one = error; one instanceof Error; one = one.cause) yield one
}

function apiError(error: unknown): GitHubApiError {
  const errors = [...chain(error)]
  const [first] = errors
  if (first?.response !== undefined && typeof first.status === 'number') {
    const line = `GitHub's API answered ${first.status}: ${first.message.replace(/\.$/, '')}.`
    return new GitHubApiError(line, first.status, error)
  }
  if (first instanceof SyntaxError) return new GitHubApiError("GitHub's API did not return JSON.", undefined, error)
  // A host with several addresses causes an error for each of them, wrapped in one without a message.
  const why = first?.message || String(errors.at(-1)?.code ?? 'no reason given')
  return new GitHubApiError(`GitHub's API cannot be reached: ${why.replace(/\.$/, '')}.`, undefined, error)
}

/** Statuses whose responses have no body: https://fetch.spec.whatwg.org/#null-body-status */
const BODILESS = [101, 103, 204, 205, 304]

const REDIRECTS = 3

/** `fetch` over the same connections as everything else here, for Octokit. */
const fetchWith =
  (web: Web, { signal, timeout }: Pick<WebRequest, 'signal' | 'timeout'>) =>
  async (url: string, { method, headers }: { method: 'GET'; headers: Record<string, string> }): Promise<Response> => {
    const request = { method, url, headers, signal, timeout, redirects: REDIRECTS }
    const answer = await web.request(request).catch((error) => {
      throw error instanceof WebError ? error.cause : error
    })
    const received = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
    return new Response(BODILESS.includes(answer.status) ? null : answer.text, {
      status: answer.status,
      headers: received,
    })
  }

/**
 * GitHub's API at GITHUB_API_URL. Octokit is loaded with the first request, so a step that makes none does not pay for
 * it.
 */
export const githubApi = ({ token, web, signal, timeout = 5_000 }: GitHubApiOptions): GitHubApi => ({
  async get(route, parameters = {}) {
    const { getOctokit } = await import('@actions/github')
    try {
      const request = { fetch: fetchWith(web, { signal, timeout }) }
      const { data } = await getOctokit(token).request(`GET ${route}`, { ...parameters, request })
      // Octokit returns content that is not declared as JSON as text, such as a proxy's error page.
      return typeof data === 'string' ? JSON.parse(data) : data
    } catch (error) {
      signal.throwIfAborted()
      throw apiError(error)
    }
  },
})
