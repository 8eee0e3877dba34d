/** An object parsed from JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The members of a value parsed from JSON; empty if it is not an object. */
export const object = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** A text that is to be one JSON object. */
export type ParsedObject =
  | { readonly kind: 'object'; readonly value: JsonObject }
  /** `at` is `line 3 column 7`, where the parser says it; what it quotes of the text may be a secret. */
  | { readonly kind: 'not_json'; readonly at: string | undefined; readonly error: unknown }
  | { readonly kind: 'not_object' }

export function parseObject(text: string): ParsedObject {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { kind: 'object', value: { ...value } } : { kind: 'not_object' }
  } catch (error) {
    return { kind: 'not_json', at: /\((line \d+ column \d+)\)/.exec(String(error))?.[1], error }
  }
}
