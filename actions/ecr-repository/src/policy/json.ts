/** A value as JSON holds it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The members of an array, or the value alone; `undefined` has none. */
export const members = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value as Json]

/** The same text for all spellings of one value: the order of an object's members does not count. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** The same array for all orders of its members, each of them once. */
export const asSet = (values: readonly Json[]): Json[] =>
  [...new Map(values.map((value) => [canonical(value), value]))]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, value]) => value)

/** @returns the object, or the rest of a sentence that tells where the text is wrong and never what it holds */
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
