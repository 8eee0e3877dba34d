import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Environment } from '../base/environment.ts'

/** Values of inputs that are left out or empty, by the input's name, as action.yml has them. */
export type InputDefaults = Readonly<Record<string, string>>

/** What scripts/bundle.ts makes of action.yml, beside the bundle. */
const FILE = 'defaults.json'

/**
 * The defaults of the action whose bundle runs. The runner fills in the default of an input that the step leaves out,
 * not of one that is empty, as in `dockerfile: ${{ inputs.file }}` of a workflow that was called without `file`.
 *
 * @param program the bundle's file; beside an action's sources, which only tests run, there are no defaults
 */
export function bundledDefaults(program: string | undefined): InputDefaults {
  const file = join(dirname(program ?? '/'), FILE)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** The default of an input, with the one expression that a default may have and the environment can answer. */
export const defaultOf = (defaults: InputDefaults, name: string, env: Environment): string =>
  (Object.hasOwn(defaults, name) ? (defaults[name] ?? '') : '').replaceAll(
    /\$\{\{ *github\.sha *\}\}/g,
    env['GITHUB_SHA'] ?? '',
  )
