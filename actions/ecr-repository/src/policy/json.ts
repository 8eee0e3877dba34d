/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** A parsed policy, or the complete error message. */
export type PolicyReading<Policy> =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'problem'; readonly line: string }

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
