import { invalidParameter } from '../api-error.ts'
import type { Input } from './input.ts'

/** Who names items gets all of them at once: no page can be asked for. @throws ApiError */
export function demandNoPage(input: Input, names: string): void {
  if (!input.has('nextToken') && !input.has('maxResults')) return
  throw invalidParameter(names, 'must be null when maxResults or nextToken is specified')
}

/**
 * One page of a list and where the next begins. The token is opaque to clients.
 *
 * @param size how many items a page has when the caller does not say
 */
export function page<Item>(items: readonly Item[], input: Input, size = 100) {
  const length = input.integer('maxResults') ?? size
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
  if (offset === undefined) throw invalidParameter('nextToken', 'Invalid token')
  return Number(offset)
}
