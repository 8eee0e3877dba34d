import { parse } from 'yaml'

interface Manifest {
  readonly inputs?: Readonly<Record<string, { readonly default?: string | number | boolean | null }>>
}

/** Only the runner knows the token, so an empty token stays empty. */
const TOKEN = /^\$\{\{ *github\.token *\}\}$/

/** Steps read it from GITHUB_SHA: see `defaultOf` in core. */
const SHA = /\$\{\{ *github\.sha *\}\}/g

/**
 * The defaults that the bundle applies to empty inputs, by input name, from action.yml.
 *
 * @throws if a default contains an expression that a bundle cannot evaluate
 */
export function inputDefaults(manifest: string): Record<string, string> {
  const { inputs = {} }: Manifest = parse(manifest)
  const defaults = Object.entries(inputs)
    .map(([name, input]): [string, string] => [name, String(input.default ?? '')])
    .filter(([, value]) => value !== '' && !TOKEN.test(value))
  for (const [name, value] of defaults) {
    if (value.replaceAll(SHA, '').includes('${{')) {
      throw new Error(`action.yml: the default of '${name}' has an expression that no bundle can evaluate: ${value}`)
    }
  }
  return Object.fromEntries(defaults)
}
