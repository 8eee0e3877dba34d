import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { Runner } from './runner.ts'

/**
 * What the main step kept for the post step as JSON.
 *
 * @param parse returns `undefined` for what it does not know, as of another version
 * @returns `undefined`, with a warning, where there is something that cannot be used
 */
export function savedState<T>(
  name: string,
  parse: (value: unknown) => T | undefined,
  runner: Pick<Runner, 'state' | 'warning'>,
): T | undefined {
  const text = runner.state(name)
  if (text === '') return undefined
  const state = tryOrUndefined(() => parse(JSON.parse(text)))
  if (state === undefined) {
    runner.warning(`The state '${name}' of this step cannot be read, so that what it names is not cleaned up.`)
  }
  return state
}
