import type { Failure } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { memoryEcr } from './support/memory-ecr.ts'
import { ALL, AS_DECLARED, failureOf, run, stored } from './support/step.ts'

describe('check', () => {
  test('passes where all is as declared', async () => {
    const { outputs, lines, aws } = await run({ ...ALL, mode: 'check' }, memoryEcr([AS_DECLARED]))
    expect(outputs).toMatchObject({ drift: '[]', changed: false })
    expect(lines).toEqual(['team/app: as declared'])
    expect(aws.calls).toHaveLength(4)
  })

  test('fails with a line for each repository and the drift as JSON, and changes nothing', async () => {
    const aws = memoryEcr([AS_DECLARED, stored('bb', {}, { policy: '{}', tags: { team: 'x' } })])
    const result = await run({ ...ALL, repo: 'team/app\nmissing\nbb', mode: 'check' }, aws)
    expect(failureOf(result).split('\n')).toEqual([
      "Repository 'missing' is not as declared: it does not exist. Run this step with 'mode: ensure' to create it.",
      "Repository 'bb' is not as declared: encryption is AES256, not KMS; image_tag_mutability is MUTABLE, not IMMUTABLE_WITH_EXCLUSION of latest; scan_on_push is false, not true; there is no lifecycle_policy; repository_policy differs; resource tag 'team' is 'x', not 'web'. AWS cannot change the encryption of an existing repository.",
    ])
    const { drift, ...outputs } = (result.error as Failure).outputs
    expect(outputs).toMatchObject({ created: false, changed: false, repository_name: 'team/app\nmissing\nbb' })
    const entries: { repository: string; setting: string }[] = JSON.parse(String(drift))
    expect(entries.map(({ repository, setting }) => `${repository} ${setting}`)).toEqual([
      'missing repo',
      'bb encryption',
      'bb image_tag_mutability',
      'bb scan_on_push',
      'bb lifecycle_policy',
      'bb repository_policy',
      'bb resource_tags',
    ])
    expect(entries[2]).toEqual({
      repository: 'bb',
      setting: 'image_tag_mutability',
      declared: 'IMMUTABLE_WITH_EXCLUSION of latest',
      actual: 'MUTABLE',
    })
    expect(aws.calls.filter((call) => !/^(Describe|Get|List)/.test(call))).toEqual([])
    expect(result.lines).toContainEqual(expect.stringMatching(/^ {2}only declared: .*"pullbyaccounts"/i))
    expect(result.job.told.summary.join()).toContain('it does not exist')
  })

  test('names the cure that helps', async () => {
    const result = await run({ scan_on_push: 'true', mode: 'check' }, memoryEcr([stored('team/app')]))
    expect(failureOf(result)).toBe(
      "Repository 'team/app' is not as declared: scan_on_push is false, not true. Run this step with 'mode: reconcile' to change it.",
    )
  })
})
