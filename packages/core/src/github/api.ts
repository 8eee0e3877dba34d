import { type Web, WebError, type WebRequest } from '../http/web.ts'

/** Reads from GitHub's REST API: https://docs.github.com/rest */
export interface GitHubApi {
  /**
   * The answer to GET of a route such as `/repos/{owner}/{repo}/pulls`, whose parameters are encoded; those that the
   * route does not name go into the query.
   *
   * @throws {GitHubApiError} when there is no answer, or another one than was asked for
   */
  get(route: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>
}

/** Why GitHub's API gave no answer, in one line. */
export class GitHubApiError extends Error {
  override readonly name = 'GitHubApiError'
  /** The HTTP status; `undefined` when nothing came back. */
  readonly status: number | undefined

  constructor(message: string, status: number | undefined, cause: unknown) {
    super(message.replaceAll(/\s+/g, ' '), { cause })
    this.status = status
  }
}

export interface GitHubApiOptions {
  readonly token: string
  readonly web: Web
  /** Ends the requests of a cancelled job. */
  readonly signal: AbortSignal
  /** Milliseconds that one answer may take, redirects and retries included. */
  readonly timeout?: number
}

/** An error and what caused it, outermost first. */
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
  if (first instanceof SyntaxError) return new GitHubApiError("GitHub's API gave no JSON.", undefined, error)
  // A host with several addresses gives an error for each of them, and one without a message for all.
  const why = first?.message || String(errors.at(-1)?.code ?? 'no reason given')
  return new GitHubApiError(`GitHub's API cannot be reached: ${why.replace(/\.$/, '')}.`, undefined, error)
}

/** Statuses whose answers have no body: https://fetch.spec.whatwg.org/#null-body-status */
const BODILESS = [101, 103, 204, 205, 304]

const REDIRECTS = 3

/** `fetch` over the connections that everything else here uses, for Octokit. */
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

/** GitHub's API at GITHUB_API_URL. Octokit is loaded with the first request: a step that asks nothing does not pay. */
export const githubApi = ({ token, web, signal, timeout = 5_000 }: GitHubApiOptions): GitHubApi => ({
  async get(route, parameters = {}) {
    const { getOctokit } = await import('@actions/github')
    try {
      const request = { fetch: fetchWith(web, { signal, timeout }) }
      const { data } = await getOctokit(token).request(`GET ${route}`, { ...parameters, request })
      // Octokit hands on as text what does not say that it is JSON, such as a proxy's own page.
      return typeof data === 'string' ? JSON.parse(data) : data
    } catch (error) {
      signal.throwIfAborted()
      throw apiError(error)
    }
  },
})
