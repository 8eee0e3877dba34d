/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The members of an array, or a single value as an array; empty for `undefined`. */
export const members = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value as Json]

/** Returns the same text for all spellings of a value: the order of an object's members does not matter. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** Returns the same array for all orders of its members, without duplicates. */
export const asSet = (values: readonly Json[]): Json[] =>
  [...new Map(values.map((value) => [canonical(value), value]))]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, value]) => value)

/** @returns the object, or the end of a sentence that says where the text is invalid, without quoting it */
export function parseObject(text: string): JsonObject | string {
  let value: Json
  try {
    value = JSON.parse(text)
  } catch (error) {
    const [, place] = /\((line \d+ column \d+)\)/.exec(String(error)) ?? []
    return `is no JSON${place === undefined ? '' : `: see ${place}`}`
  }
  return isObject(value) ? value : 'must be a JSON object, in { and }'
}
