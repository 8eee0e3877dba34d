/** An object that was parsed from JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The members of a value that was parsed from JSON; none where it is no object. */
export const object = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
