import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { Runner } from './runner.ts'

/**
 * The state that the main step saved for the post step as JSON.
 *
 * @param parse returns `undefined` for an unknown format, such as that of another version
 * @returns `undefined`, with a warning, if the state is unusable
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
    runner.warning(`The state '${name}' of this step cannot be read, so its resources are not cleaned up.`)
  }
  return state
}
