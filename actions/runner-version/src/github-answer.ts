import { type WebAnswer, WebError } from '@container-actions/core'

/** Headers of every request to GitHub's API. */
export const githubHeaders = (token: string | undefined): Record<string, string> => ({
  accept: 'application/vnd.github+json',
  'user-agent': 'runner-version',
  'x-github-api-version': '2022-11-28',
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
})

/** Whether the rate limit is exceeded: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export const isLimited = ({ status, headers }: WebAnswer): boolean =>
  status === 429 ||
  (status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined))

/** When the rate limit resets, as the end of a sentence; empty if GitHub does not say. */
function limitEnd({ headers }: WebAnswer): string {
  const seconds = Number(headers['retry-after'])
  if (seconds > 0) return ` for ${seconds} s`
  const until = new Date(Number(headers['x-ratelimit-reset']) * 1_000)
  return Number.isNaN(until.getTime()) ? '' : ` until ${until.toISOString()}`
}

/**
 * Why a response cannot be used, in one or two sentences.
 *
 * @param cure what helps against a rate limit
 */
export function answerProblem(answer: WebAnswer, cure: string): string {
  const { status } = answer
  return isLimited(answer)
    ? `GitHub's API takes no more requests from here${limitEnd(answer)} (${status}). ${cure}`
    : `GitHub's API answered ${status}.`
}

/** @throws {WebError} if the response is not JSON */
export function jsonOf({ text }: WebAnswer): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new WebError("GitHub's API did not return JSON.", { cause: error })
  }
}
