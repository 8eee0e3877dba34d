import { describe, expect, it } from 'vitest'
import type { Step } from '../../../packages/runner-harness/src/index.ts'
import { ALL, type Given, useRepositoryAction, writesOf } from '../../support/ecr-repository.ts'

const { ecr, run, succeeds } = useRepositoryAction()

describe('dry_run', () => {
  /** The policy and the calls that the log shows. */
  function shown(step: Step) {
    const lines = step.log.split('\n')
    const start = lines.indexOf('{')
    const policy = JSON.parse(lines.slice(start, lines.indexOf('}', start) + 1).join('\n'))
    const calls = lines.flatMap((line) => /^ecr:(\w+) \S+ [{"tf]/.exec(line)?.[1] ?? [])
    return { policy, actions: policy.Statement[0].Action as string[], calls }
  }

  const drifted = {
    ...ALL,
    immutable_except: '',
    scan_on_push: false,
    lifecycle_policy: 'keep:5',
    resource_tags: 'team=x',
  }

  it('shows the very calls that the step then makes, and changes nothing', async () => {
    const dry = await succeeds({ ...ALL, dry_run: true })
    expect(dry.calls).toEqual(['DescribeRepositories'])
    expect(dry.outputs).toMatchObject({ created: 'false', changed: 'false' })
    const wet = await succeeds(ALL)
    expect(shown(dry.step).calls).toEqual(writesOf(wet.calls))
    expect(dry.step.summary).toContain('ecr:CreateRepository team/app')
    expect(dry.step.summary).toContain('"Version": "2012-10-17"')

    const plan = await succeeds({ ...drifted, mode: 'reconcile', dry_run: true })
    expect(writesOf(plan.calls)).toEqual([])
    const done = await succeeds({ ...drifted, mode: 'reconcile' })
    expect(shown(plan.step).calls).toEqual(writesOf(done.calls))
    expect(shown(plan.step).calls).toHaveLength(4)
  })

  it('shows the least policy: every action of it is called, and no other', async () => {
    const repositories = ['arn:aws:ecr:eu-central-1:123456789012:repository/team/app']
    const reconciled = { ...drifted, mode: 'reconcile', repository_policy: 'lambda' }
    const { policy, actions } = shown((await succeeds({ ...reconciled, dry_run: true })).step)
    expect([policy.Statement[0].Resource].flat()).toEqual(repositories)
    const created = await succeeds({ ...ALL, mode: 'reconcile' })
    const changed = await succeeds(reconciled)
    const called = new Set([...created.calls, ...changed.calls].map((call) => `ecr:${call}`))
    expect([...called].sort()).toEqual(actions)
  })

  it.each<[Given, string[]]>([
    [{ create: false, dry_run: true }, ['ecr:DescribeRepositories']],
    [{ dry_run: true }, ['ecr:CreateRepository', 'ecr:DescribeRepositories']],
  ])('shows the policy first, even where AWS then refuses the first call: %j', async (given, actions) => {
    ecr().addFault({ operation: 'DescribeRepositories', error: 'AccessDeniedException' })
    const { step } = await run({ repo: 'team/app', ...given })
    expect(step.conclusion).toBe('failure')
    expect(shown(step).actions).toEqual(actions)
  })
})
