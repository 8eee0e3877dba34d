import { Failure } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { oneError, refusal } from '../src/refusal.ts'
import type { SettingName } from '../src/settings/settings.ts'
import { refused } from './support/memory-ecr.ts'

describe('a line for each error of ECR', () => {
  test.each<[string, SettingName | undefined, string]>([
    ['InvalidParameterException', undefined, "ECR refuses repository 'a': What AWS says. Correct the step's inputs."],
    [
      'InvalidParameterException',
      'lifecycle_policy',
      "ECR refuses lifecycle_policy of repository 'a': What AWS says. Correct the input 'lifecycle_policy'.",
    ],
    [
      'InvalidParameterException',
      'repository_policy',
      "ECR refuses repository_policy of repository 'a': What AWS says. Correct the input 'repository_policy', or set 'force_policy: true' if it is meant to lock out this identity.",
    ],
    [
      'ValidationException',
      'scan_on_push',
      "ECR refuses scan_on_push of repository 'a': What AWS says. Correct the input 'scan_on_push'.",
    ],
    [
      'InvalidTagParameterException',
      undefined,
      "ECR rejects resource_tags of repository 'a': What AWS says. Correct the input 'resource_tags'.",
    ],
    [
      'TooManyTagsException',
      'resource_tags',
      "ECR rejects resource_tags of repository 'a': What AWS says. Existing tags of the repository count too; remove some of them, or some in the input 'resource_tags'.",
    ],
    [
      'RepositoryNotFoundException',
      'lifecycle_policy',
      "Repository 'a' was deleted while this step worked on it: What AWS says. Run the job again.",
    ],
  ])('%s at %s', (name, setting, line) => {
    expect(refusal(refused(name), 'a', setting)).toEqual(new Failure(line))
    expect(refusal(refused(name), 'a', setting)).toMatchObject({ cause: { name } })
  })
})

test('what AWS says ends with a full stop', () => {
  expect(String(refusal(refused('ValidationException', 'No key'), 'a'))).toContain("'a': No key. Correct")
})

test('everything else stays as it is', () => {
  for (const error of [refused('AccessDeniedException'), new Failure('Odd.'), new Error('bug'), 'text']) {
    expect(refusal(error, 'a')).toBe(error)
  }
})

describe('one error for several', () => {
  const one = new Failure('One.', { cause: 'why' })
  const bug = new TypeError('bug')

  test.each([
    [[one], new Failure('One.', { cause: 'why' })],
    [[one, bug], bug],
    [[one, new Failure('Two.'), new Failure('One.')], new Failure('One.\nTwo.')],
  ])('%#', (errors, error) => {
    expect(oneError(errors)).toEqual(error)
  })

  test('tells what is true in spite of it', () => {
    expect(oneError([one], { created: true })).toMatchObject({ cause: 'why', outputs: { created: true } })
  })
})
