import { Failure } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { memoryEcr, refused } from './support/memory-ecr.ts'
import { ALL, AS_DECLARED, failureOf, KEPT, run, stored } from './support/step.ts'

describe('dry_run', () => {
  test('shows policy and calls of a creation, and makes none', async () => {
    const { aws, outputs, lines, job } = await run({ ...ALL, dry_run: 'true' })
    expect(aws.calls).toEqual(['DescribeRepositories team/app'])
    expect(outputs).toMatchObject({ created: false, changed: false, repository_uri: '', registry: '' })
    const [policy = '', ...calls] = lines
    expect(JSON.parse(policy)).toMatchObject({
      Statement: [{ Resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app' }],
    })
    expect(calls).toEqual([
      'ecr:CreateRepository team/app {"encryption":"KMS","image_tag_mutability":"IMMUTABLE_WITH_EXCLUSION of latest","scan_on_push":true,"resource_tags":{"team":"web"}}',
      `ecr:PutLifecyclePolicy team/app ${KEPT}`,
      expect.stringMatching(/^ecr:SetRepositoryPolicy team\/app \{.*"PullByAccounts"/),
    ])
    const summary = job.told.summary.join()
    for (const line of lines) expect(summary).toContain(line)
    expect(summary).toContain('would be created')
  })

  test('shows the changes of a reconciliation', async () => {
    const given = { scan_on_push: 'true', resource_tags: 'a=b, c=d', mode: 'reconcile', dry_run: 'true' }
    const { aws, lines } = await run(given, memoryEcr([stored('team/app', {}, { tags: { a: 'b' } })]))
    expect(lines.slice(1)).toEqual([
      'ecr:PutImageScanningConfiguration team/app true',
      'ecr:TagResource team/app {"c":"d"}',
    ])
    expect(aws.calls).toEqual(['DescribeRepositories team/app', 'ListTagsForResource team/app'])
  })

  test.each([
    ['ensure', stored('team/app')],
    ['reconcile', AS_DECLARED],
  ])('shows that %s would do nothing', async (mode, before) => {
    const { lines, job } = await run({ ...ALL, mode, dry_run: 'true' }, memoryEcr([before]))
    expect(lines.slice(1)).toEqual(['None: there is nothing to do.'])
    expect(job.told.summary.join()).toContain('nothing to do')
  })

  test('shows the policy even where the first call is refused', async () => {
    const aws = memoryEcr([], () => {
      throw refused('AccessDeniedException')
    })
    const { lines, error } = await run({ dry_run: 'true' }, aws)
    expect(error).toBeInstanceOf(Failure)
    expect(lines[0]).toContain('ecr:CreateRepository')
  })

  test('of a check is a check', async () => {
    const result = await run({ scan_on_push: 'true', mode: 'check', dry_run: 'true' }, memoryEcr([stored('team/app')]))
    expect(failureOf(result)).toContain('is not as declared')
    expect(result.lines[0]).not.toContain('CreateRepository')
  })
})
