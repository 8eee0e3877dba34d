import { inputsOf } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { readInputs } from '../src/inputs.ts'
import { inputs } from './inputs.ts'

test('the defaults of action.yml', () => {
  expect(inputs()).toEqual({
    stripTagPrefix: '',
    stripBranchPrefix: '',
    replaceSlashes: false,
    currentBranchOnTag: 'tag',
    unsafeNames: 'warn',
    hashLength: 8,
    githubToken: undefined,
  })
})

test.each(['true', 'True', 'TRUE'])('slashes are replaced on %s', (value) => {
  expect(inputs({ replace_slashes_with_hyphens: value }).replaceSlashes).toBe(true)
})

test('prefixes may contain anything that Git allows in a name', () => {
  const given = { strip_tag_prefix: '\u00a0v', strip_branch_prefix: '\ufefffeature/' }
  expect(inputs(given)).toMatchObject({ stripTagPrefix: '\u00a0v', stripBranchPrefix: '\ufefffeature/' })
})

test('all invalid values are reported together', () => {
  const given = {
    replace_slashes_with_hyphens: 'maybe',
    current_branch_on_tag: 'Tag',
    unsafe_names: 'error',
    hash_length: '33',
  }
  const reader = inputsOf(given)
  readInputs(reader)
  expect(() => reader.check()).toThrow(
    "Input 'replace_slashes_with_hyphens' must be true or false; it is 'maybe'. " +
      "Input 'current_branch_on_tag' must be one of tag, empty; it is 'Tag'. " +
      "Input 'unsafe_names' must be one of warn, fail, ignore; it is 'error'. " +
      "Input 'hash_length' must be a whole number of at least 0 and at most 32; it is '33'.",
  )
})
