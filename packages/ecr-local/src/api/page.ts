import { ApiError } from '../api-error.ts'
import type { Input } from './input.ts'

/** How many items a page has when the caller does not say, and at most. */
const USUAL = { size: 100, max: 1000 }

/** One page of a list and where the next begins. The token is opaque to clients. */
export function page<Item>(items: readonly Item[], input: Input, { size, max } = USUAL) {
  const length = input.integer('maxResults', { min: 1, max }) ?? size
  const start = offsetOf(input.optional('nextToken'))
  const next = start + length
  return {
    items: items.slice(start, next),
    nextToken: next < items.length ? Buffer.from(`offset:${next}`).toString('base64') : undefined,
  }
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]
  if (offset === undefined)
    throw new ApiError(
      'InvalidParameterException',
      "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
    )
  return Number(offset)
}
