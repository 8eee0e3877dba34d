import { describe, expect, test } from 'vitest'
import { memoryEcr, refused } from './support/memory-ecr.ts'
import { failureOf, run, stored } from './support/step.ts'

describe('several repositories', () => {
  const names = Array.from({ length: 30 }, (_, index) => `team/app-${index}`)

  test('that are all there take one call', async () => {
    const { aws, outputs } = await run({ repo: names.join() }, memoryEcr(names.map((name) => stored(name))))
    expect(aws.calls).toHaveLength(1)
    expect(outputs?.repository_name).toBe(names.join('\n'))
    expect(outputs?.repository_uri.split('\n')).toHaveLength(30)
  })

  test('more than ECR describes in one call are asked for one by one', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `a${index}`)
    const { aws, outputs } = await run({ repo: many.join() }, memoryEcr(many.map((name) => stored(name))))
    expect(aws.calls).toHaveLength(101)
    expect(outputs?.repository_name).toBe(many.join('\n'))
  })

  test('one that fails does not keep the others from being done, and all that was done is noted', async () => {
    const aws = memoryEcr([], (call) => {
      if (call === 'CreateRepository team/app-3') throw refused('ValidationException')
      if (call === 'CreateRepository team/app-7') throw refused('AccessDeniedException')
    })
    const result = await run({ repo: names.join() }, aws)
    expect(failureOf(result).split('\n')).toEqual([
      expect.stringMatching(/^ECR refuses repository 'team\/app-3': /),
      'AWS refuses: AccessDeniedException',
    ])
    expect(result.job.changes).toHaveLength(28)
    expect(result.error).toMatchObject({ outputs: { created: true, changed: true } })
    expect(result.job.changes).toContain('created repository team/app-29')
    expect(result.job.told.summary.join().match(/<code>failed<\/code>/g)).toHaveLength(2)
  })

  test('a bug is not hidden among failures', async () => {
    const aws = memoryEcr([], (call) => {
      if (call === 'CreateRepository team/app-3') throw refused('AccessDeniedException')
      if (call === 'CreateRepository team/app-7') throw new TypeError('bug')
    })
    expect((await run({ repo: names.join() }, aws)).error).toEqual(new TypeError('bug'))
  })

  test('a refused read is a failure, and nothing is created', async () => {
    const aws = memoryEcr([], (call) => {
      if (call.startsWith('DescribeRepositories')) throw refused('AccessDeniedException')
    })
    expect(failureOf(await run({ repo: names.join() }, aws))).toBe('AWS refuses: AccessDeniedException')
    expect(aws.calls).toHaveLength(1)
  })
})
