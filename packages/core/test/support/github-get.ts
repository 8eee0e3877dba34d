import { GitHubApiError, githubApi } from '../../src/github/api.ts'
import { webOf } from '../../src/http/web.ts'

/** What `github-get.ts` is told by its argument, and what it writes to its standard output, as JSON. */
export interface Call {
  readonly route: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly timeout?: number
  /** Milliseconds after which the job is cancelled. */
  readonly cancelAfter?: number
}

export interface Outcome {
  readonly data?: unknown
  readonly error?: string
  readonly status?: number
  readonly isApiError?: boolean
}

async function outcome({ route, parameters, timeout, cancelAfter }: Call): Promise<Outcome> {
  const cancel = new AbortController()
  if (cancelAfter !== undefined) setTimeout(() => cancel.abort(new Error('cancelled')), cancelAfter)
  const web = webOf(process.env)
  const api = githubApi({
    token: 'ghs_test',
    web,
    signal: cancel.signal,
    ...(timeout === undefined ? {} : { timeout }),
  })
  try {
    return { data: await api.get(route, parameters) }
  } catch (error) {
    if (!(error instanceof GitHubApiError)) return { error: String(error), isApiError: false }
    return { error: error.message, isApiError: true, ...(error.status === undefined ? {} : { status: error.status }) }
  }
}

process.stdout.write(JSON.stringify(await outcome(JSON.parse(process.argv[2] ?? '') as Call)))
