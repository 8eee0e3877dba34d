/** The pauses between attempts, in milliseconds. */
export interface Backoff {
  /** The longest that the pause before the first retry can be; it doubles with each further one. */
  readonly first: number
  /** The longest pause of all; without it, they grow without end. */
  readonly longest?: number
}

/**
 * The pause before a retry: exponential backoff with full jitter, so that jobs that failed together do not retry
 * together. https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 *
 * @param retry counts from 0
 */
export const backoff = (retry: number, { first, longest = Number.POSITIVE_INFINITY }: Backoff): number =>
  Math.random() * Math.min(longest, first * 2 ** retry)
