import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Environment } from '../base/environment.ts'

/** Values for inputs that are absent or empty, by input name, from action.yml. */
export type InputDefaults = Readonly<Record<string, string>>

/** The file that scripts/bundle.ts generates from action.yml, next to the bundle. */
const FILE = 'defaults.json'

/**
 * The defaults of the running action. The runner applies the default of an input that the step omits, but not of one
 * that is empty, as in `dockerfile: ${{ inputs.file }}` in a workflow that was called without `file`.
 *
 * @param program the bundle's file; next to an action's sources, which only tests run, there are no defaults
 */
export function bundledDefaults(program: string | undefined): InputDefaults {
  const file = join(dirname(program ?? '/'), FILE)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** The default of an input, with the only expression that a default may contain and the environment can resolve. */
export const defaultOf = (defaults: InputDefaults, name: string, env: Environment): string =>
  (Object.hasOwn(defaults, name) ? (defaults[name] ?? '') : '').replaceAll(
    /\$\{\{ *github\.sha *\}\}/g,
    env['GITHUB_SHA'] ?? '',
  )
