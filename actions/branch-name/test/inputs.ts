import { readFileSync } from 'node:fs'
import { inputsOf } from '@container-actions/core/testing'
import { parse } from 'yaml'
import { type Inputs, readInputs } from '../src/inputs.ts'

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
}

const manifest = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8')) as Manifest

/** The inputs of a step without a token: the defaults in action.yml, overridden by `given`. */
export function inputs(given: Readonly<Record<string, string>> = {}): Inputs {
  const defaults = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default])
  return readInputs(inputsOf({ ...Object.fromEntries(defaults), github_token: '', ...given }))
}
