import { Failure } from './failure.ts'

/**
 * The URL in an environment variable.
 *
 * @throws {Failure} if it is not a URL
 */
export function urlIn(variable: string, text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new Failure(`The variable ${variable} must be a URL like https://example.com; it is ${JSON.stringify(text)}.`)
}
