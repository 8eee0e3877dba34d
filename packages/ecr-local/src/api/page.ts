import { invalidParameter } from '../api-error.ts'
import type { Input } from './input.ts'

/**
 * A request that names items returns all of them at once, without pagination.
 *
 * @throws ApiError
 */
export function demandNoPage(input: Input, names: string): void {
  if (!input.has('nextToken') && !input.has('maxResults')) return
  throw invalidParameter(names, 'must be null when maxResults or nextToken is specified')
}

/**
 * One page of a list, and the start of the next one. The token is opaque to clients.
 *
 * @param size default page size
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

/**
 * Position in a list of images, or of their tags: the number of the image, and of its tag. It stays valid when other
 * images are deleted.
 */
export type Place = readonly [image: number, tag: number]

/**
 * Like {@link page}, for a long list, which is read only from the position of the token to the end of the page.
 *
 * @param from returns the list from a position onward
 */
export function pageFrom<Item>(from: (place: Place) => Iterable<readonly [Place, Item]>, input: Input, size = 100) {
  const length = input.integer('maxResults') ?? size
  const items: Item[] = []
  for (const [[image, tag], item] of from(placeOf(input.optional('nextToken')))) {
    if (items.length === length) return { items, nextToken: Buffer.from(`place:${image}:${tag}`).toString('base64') }
    items.push(item)
  }
  return { items, nextToken: undefined }
}

function placeOf(token: string | undefined): Place {
  if (token === undefined) return [0, 0]
  const [, image, tag] = /^place:(\d+):(\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (image === undefined || tag === undefined) throw invalidParameter('nextToken', 'Invalid token')
  return [Number(image), Number(tag)]
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]
  if (offset === undefined) throw invalidParameter('nextToken', 'Invalid token')
  return Number(offset)
}
