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

/**
 * Where something stands in a list of images, or of their tags: the number of the image, and of its tag. It stays good
 * when other images go.
 */
export type Place = readonly [image: number, tag: number]

/**
 * As {@link page}, of a list that is long: it is read from the place of the token on, and no further than the page goes.
 *
 * @param from the list from a place on
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
