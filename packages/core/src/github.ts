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
  /** Ends the requests of a cancelled job. */
  readonly signal: AbortSignal
  /** Milliseconds that one answer may take. */
  readonly timeout?: number
}

/** An error and what caused it, outermost first. */
function* chain(error: unknown): Generator<Error & { status?: unknown; response?: unknown; code?: unknown }> {
  for (let one = error; one instanceof Error; one = one.cause) yield one
}

function apiError(error: unknown, timeout: number): GitHubApiError {
  const errors = [...chain(error)]
  const [first] = errors
  if (first?.response !== undefined && typeof first.status === 'number') {
    const line = `GitHub's API answered ${first.status}: ${first.message.replace(/\.$/, '')}.`
    return new GitHubApiError(line, first.status, error)
  }
  if (first instanceof SyntaxError) return new GitHubApiError("GitHub's API gave no JSON.", undefined, error)
  const isLate = errors.some(({ name }) => name === 'TimeoutError')
  // A host with several addresses gives an error for each of them, and one without a message for all.
  const why = isLate
    ? `no answer within ${timeout / 1_000} s`
    : first?.message || errors.at(-1)?.code || 'no reason given'
  return new GitHubApiError(`GitHub's API cannot be reached: ${why}.`, undefined, error)
}

/**
 * GitHub's API at GITHUB_API_URL, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. The client is
 * loaded with the first request, so that a step which asks nothing does not pay for it.
 */
export const githubApi = ({ token, signal, timeout = 5_000 }: GitHubApiOptions): GitHubApi => ({
  async get(route, parameters = {}) {
    const { getOctokit } = await import('@actions/github')
    const request = { signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) }
    try {
      const { data } = await getOctokit(token).request(`GET ${route}`, { ...parameters, request })
      // Octokit hands on as text what does not say that it is JSON, such as a proxy's own page.
      return typeof data === 'string' ? JSON.parse(data) : data
    } catch (error) {
      signal.throwIfAborted()
      throw apiError(error, timeout)
    }
  },
})
