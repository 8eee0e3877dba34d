import { Failure } from './failure.ts'

/**
 * The URL that a variable of the environment holds.
 *
 * @throws {Failure} for what is not a URL
 */
export function urlIn(variable: string, text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new Failure(`The variable ${variable} must be a URL like https://example.com; it is ${JSON.stringify(text)}.`)
}
