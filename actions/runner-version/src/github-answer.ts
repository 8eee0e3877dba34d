import { type WebAnswer, WebError } from '@container-actions/core'

/** What every request to GitHub's API says. */
export const githubHeaders = (token: string | undefined): Record<string, string> => ({
  accept: 'application/vnd.github+json',
  'user-agent': 'runner-version',
  'x-github-api-version': '2022-11-28',
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
})

/** Whether GitHub takes no more requests for a while: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export const isLimited = ({ status, headers }: WebAnswer): boolean =>
  status === 429 ||
  (status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined))

/** For how long that is, as the end of a sentence; empty where GitHub does not say. */
function limitEnd({ headers }: WebAnswer): string {
  const seconds = Number(headers['retry-after'])
  if (seconds > 0) return ` for ${seconds} s`
  const until = new Date(Number(headers['x-ratelimit-reset']) * 1_000)
  return Number.isNaN(until.getTime()) ? '' : ` until ${until.toISOString()}`
}

/**
 * Why an answer is none, in one sentence or two.
 *
 * @param cure what helps against a rate limit
 */
export function answerProblem(answer: WebAnswer, cure: string): string {
  const { status } = answer
  return isLimited(answer)
    ? `GitHub's API takes no more requests from here${limitEnd(answer)} (${status}). ${cure}`
    : `GitHub's API answered ${status}.`
}

/** @throws {WebError} where the answer is not JSON */
export function jsonOf({ text }: WebAnswer): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new WebError("GitHub's API gave no JSON.", { cause: error })
  }
}
