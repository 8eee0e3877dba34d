import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryEcr, type Stored } from './support/memory-ecr.ts'
import { ALL, AS_DECLARED, failureOf, KEPT, run, stored } from './support/step.ts'

describe('a race for the creation', () => {
  // The pauses are random parts of growing times.
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => vi.mocked(Math.random).mockRestore())

  /** Another job creates the repository just before this one does. */
  const lost = (winner: Stored) => {
    const aws = memoryEcr([], (call) => {
      if (call === 'CreateRepository team/app') aws.repositories.set('team/app', structuredClone(winner))
    })
    return aws
  }

  test('is lost to a job that has set everything', async () => {
    const { aws, outputs, job } = await run(ALL, lost(AS_DECLARED))
    expect(aws.calls).toEqual([
      'DescribeRepositories team/app',
      'CreateRepository team/app',
      'DescribeRepositories team/app',
      'GetLifecyclePolicy team/app',
      'GetRepositoryPolicy team/app',
    ])
    expect(outputs).toMatchObject({ created: false, changed: false })
    expect(job.changes).toEqual([])
  })

  test('is lost to a job that is still at work: it is waited for', async () => {
    const aws = lost(stored('team/app'))
    const { lifecyclePolicy } = aws.ports.settings
    const finish = () => aws.repositories.set('team/app', structuredClone(AS_DECLARED))
    const settings = { ...aws.ports.settings, lifecyclePolicy }
    let looks = 0
    settings.lifecyclePolicy = async (repository) => {
      if (++looks === 4) finish()
      return lifecyclePolicy(repository)
    }
    const { outputs } = await run(ALL, { ...aws, ports: { ...aws.ports, settings } })
    expect(outputs).toMatchObject({ created: false, changed: false })
    expect(looks).toBe(4)
  })

  test('is lost to a job that was ended after its creation: the policies are set', async () => {
    const { aws, outputs } = await run(ALL, lost(stored('team/app')))
    expect(outputs).toMatchObject({ created: false, changed: true })
    expect(aws.repositories.get('team/app')?.lifecycle).toBe(KEPT)
    expect(aws.repositories.get('team/app')?.policy).toContain('PullByAccounts')
    expect(aws.repositories.get('team/app')?.repository.tagMutability).toBe('MUTABLE')
  })

  test("is lost to a job with other policies, which are that job's", async () => {
    const winner = stored('team/app', {}, { lifecycle: '{"rules":[1]}', policy: '{}' })
    const { aws, outputs } = await run(ALL, lost(winner))
    expect(outputs).toMatchObject({ created: false, changed: false })
    expect(aws.repositories.get('team/app')).toEqual(winner)
  })

  test('in reconcile, everything is brought in line', async () => {
    const given = { ...ALL, encryption: 'AES256', mode: 'reconcile' }
    const { aws, outputs } = await run(given, lost(stored('team/app')))
    expect(outputs).toMatchObject({ created: false, changed: true, image_tag_mutability: 'IMMUTABLE_WITH_EXCLUSION' })
    expect(aws.repositories.get('team/app')).toMatchObject({ lifecycle: KEPT, tags: { team: 'web' } })
  })

  test('in reconcile, another encryption is an obstacle', async () => {
    const result = await run({ ...ALL, mode: 'reconcile' }, lost(stored('team/app')))
    expect(failureOf(result)).toContain('AWS cannot change that for an existing repository')
    expect(result.job.changes).toEqual([])
  })
})
