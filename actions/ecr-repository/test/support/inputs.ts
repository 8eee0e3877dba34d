import { readFileSync } from 'node:fs'
import { inputsOf } from '@container-actions/core/testing'
import { parse } from 'yaml'
import { type Inputs, readInputs } from '../../src/inputs.ts'

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

const manifest = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as Manifest

/** The inputs of a step: the defaults of action.yml, one repository, and what `given` says. Throws what is wrong. */
export function inputs(given: Readonly<Record<string, string>> = {}): Inputs {
  const defaults = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? ''])
  const reader = inputsOf(
    { ...Object.fromEntries(defaults), repo: 'team/app', ...given },
    { AWS_REGION: 'eu-central-1' },
  )
  const read = readInputs(reader)
  reader.check()
  return read
}
