import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { COMMAND_LINE } from '../src/settings.ts'

it('has the inputs of action.yml, with their defaults', () => {
  const manifest: { inputs: Record<string, { default?: string }> } = parse(
    readFileSync(new URL('../action.yml', import.meta.url), 'utf8'),
  )
  // The job's own token is no default outside of a job.
  const declared = Object.entries(manifest.inputs).map(([name, { default: value = '' }]) => [
    name,
    value.replace(/^\$\{\{.*/, ''),
  ])
  expect(COMMAND_LINE.defaults).toEqual(Object.fromEntries(declared))
})
