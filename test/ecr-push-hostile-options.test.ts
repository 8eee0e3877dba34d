import { expect, test } from 'vitest'
import { buildArguments } from '../actions/ecr-push/src/build-arguments.ts'
import { readBuildOptions } from '../actions/ecr-push/src/build-options.ts'
import { inputsOf } from '../packages/core/src/testing.ts'
import { HOSTILE_NAMES } from './support/hostile-names.ts'

const GIVEN = { pull: 'false', no_cache: 'false', compat: 'none', cache: 'none' }
const VALUES = [...HOSTILE_NAMES.map(({ name }) => name), 'a b', 'one\ntwo', 'a"b', '--privileged', 'a, b', '; id']

const read = (given: Record<string, string>): string[] => {
  const input = inputsOf({ ...GIVEN, ...given })
  const options = readBuildOptions(input)
  input.check()
  return buildArguments(options, 'buildx', undefined)
}

test.each([
  ['build_args', '--build-arg=', 'A='],
  ['build_contexts', '--build-context=', 'a='],
  ['labels', '--label=', 'a='],
  ['annotations', '--annotation=', 'a='],
  ['ssh', '--ssh=', 'a='],
])('%s: each value is one argument, as it was given', (name, option, start) => {
  const quoted = VALUES.map((value) => `"${start}${value.replaceAll('"', '""')}"`)
  expect(read({ [name]: quoted.join('\n') })).toEqual(VALUES.map((value) => `${option}${start}${value}`))
})

test.each([
  ['target', '--target='],
  ['platforms', '--platform='],
  ['provenance', '--provenance='],
  ['sbom', '--sbom='],
])('%s: a value is refused, or is the one argument of its option', (name, option) => {
  for (const value of VALUES) {
    let args: string[] = []
    try {
      args = read({ [name]: value })
    } catch (error) {
      expect(error).toMatchObject({ name: 'Failure', message: expect.stringContaining(`Input '${name}'`) })
      continue
    }
    expect(args).toEqual([expect.stringMatching(new RegExp(`^${option}`))])
  }
})
