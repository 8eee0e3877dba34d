import { describe, expect, test } from 'vitest'
import { branchOutputs, type NameChanges } from '../src/branch-outputs.ts'
import type { RunNames } from '../src/run-names.ts'

const none: NameChanges = {
  stripTagPrefix: '',
  stripBranchPrefix: '',
  replaceSlashes: false,
  currentBranchOnTag: 'tag',
}
const branch: RunNames = {
  kind: 'branch',
  tag: '',
  ref: 'a/b/c',
  head: '',
  base: '',
  defaultBranch: 'release/main',
  isDefault: false,
  unique: 'a/b/c',
}
const pull: RunNames = { ...branch, kind: 'pull_request', ref: '12/merge', head: 'a/head', base: 'a/base' }
const tag: RunNames = { ...branch, kind: 'tag', tag: 'a/v1', ref: '', base: 'a/base' }

test('names are not changed by default', () => {
  expect(branchOutputs(branch, none)).toEqual({
    is_default: 'false',
    is_tag: 'false',
    default_branch: 'release/main',
    current_branch: 'a/b/c',
    base_ref_branch: '',
    head_ref_branch: '',
    ref_branch: 'a/b/c',
    tag: '',
  })
})

test('the current branch of a pull request is its head', () => {
  expect(branchOutputs(pull, none)).toMatchObject({ current_branch: 'a/head', ref_branch: '12/merge' })
})

test('the current branch on a tag is the tag, or nothing', () => {
  const outputs = branchOutputs(tag, none)
  expect(outputs).toMatchObject({ is_default: '', is_tag: 'true', current_branch: 'a/v1', ref_branch: '', tag: 'a/v1' })
  expect(branchOutputs(tag, { ...none, currentBranchOnTag: 'empty' })).toEqual({ ...outputs, current_branch: '' })
})

describe('a prefix', () => {
  test('of branches is removed from head and ref, not from base and tag', () => {
    const stripped = { ...none, stripBranchPrefix: 'a/' }
    expect(branchOutputs(branch, stripped)).toMatchObject({ current_branch: 'b/c', ref_branch: 'b/c' })
    expect(branchOutputs(pull, stripped)).toMatchObject({ head_ref_branch: 'head', base_ref_branch: 'a/base' })
    expect(branchOutputs(tag, stripped)).toMatchObject({ tag: 'a/v1', current_branch: 'a/v1' })
  })

  test('of tags is removed only from the tag', () => {
    const stripped = { ...none, stripTagPrefix: 'a/' }
    expect(branchOutputs(tag, stripped)).toMatchObject({ tag: 'v1', current_branch: 'v1', base_ref_branch: 'a/base' })
    expect(branchOutputs(pull, stripped)).toMatchObject({ current_branch: 'a/head', base_ref_branch: 'a/base' })
  })

  test.each(['*', '?', 'b', '/', 'A', 'a/b/c/d', '.', '[a]'])('%j that does not match changes nothing', (prefix) => {
    expect(branchOutputs(branch, { ...none, stripBranchPrefix: prefix }).current_branch).toBe('a/b/c')
  })

  test('is removed once, before slashes are replaced', () => {
    const twice = { ...branch, ref: 'a/a/x' }
    expect(branchOutputs(twice, { ...none, stripBranchPrefix: 'a/' }).ref_branch).toBe('a/x')
    const both = { ...none, stripBranchPrefix: 'a/', replaceSlashes: true }
    expect(branchOutputs(twice, both).ref_branch).toBe('a-x')
  })
})

test('slashes are replaced everywhere except in the default branch', () => {
  const replaced = { ...none, replaceSlashes: true }
  expect(branchOutputs({ ...branch, isDefault: true }, replaced)).toMatchObject({
    is_default: 'true',
    default_branch: 'release/main',
    current_branch: 'a-b-c',
    ref_branch: 'a-b-c',
  })
  expect(branchOutputs(pull, replaced)).toMatchObject({ head_ref_branch: 'a-head', base_ref_branch: 'a-base' })
  expect(branchOutputs(tag, replaced)).toMatchObject({ tag: 'a-v1', current_branch: 'a-v1' })
})
