import { describe, expect, it } from 'vitest'
import { ALL, errorsOf, useRepositoryAction, writesOf } from '../../support/ecr-repository.ts'

const { ecr, fails, run, stateOf, succeeds } = useRepositoryAction()

describe('ensure', () => {
  it('creates a missing repository with all settings', async () => {
    const { outputs, calls, step } = await succeeds(ALL)
    expect(outputs).toEqual({
      repository_uri: `${ecr().registry}/team/app`,
      repository_arn: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app',
      repository_name: 'team/app',
      registry: ecr().registry,
      registry_id: '123456789012',
      region: 'eu-central-1',
      created: 'true',
      changed: 'true',
      drift: expect.stringContaining('"setting":"repo"'),
      image_tag_mutability: 'IMMUTABLE_WITH_EXCLUSION',
      encryption_type: 'KMS',
    })
    expect(calls).toEqual(['DescribeRepositories', 'CreateRepository', 'PutLifecyclePolicy', 'SetRepositoryPolicy'])
    const state = await stateOf('team/app')
    expect(state).toMatchObject({
      mutability: 'IMMUTABLE_WITH_EXCLUSION',
      filters: ['latest', 'cache*'],
      scanOnPush: true,
      encryption: { encryptionType: 'KMS' },
      tags: { team: 'web', env: 'prod' },
    })
    expect(state.lifecycle.rules).toHaveLength(3)
    expect(state.policy.Statement).toHaveLength(2)
    expect(step.summary).toContain('<code>created</code>')
  })

  it('takes one read call when there is nothing to do, and leaves the repository alone', async () => {
    await succeeds(ALL)
    const state = await stateOf('team/app')
    const { calls, outputs } = await succeeds({
      ...ALL,
      immutable_except: '',
      lifecycle_policy: 'keep:1',
      repository_policy: 'pull:444455556666',
      resource_tags: 'team=other',
    })
    expect(calls).toEqual(['DescribeRepositories'])
    expect(outputs).toMatchObject({ created: 'false', changed: 'false' })
    expect(await stateOf('team/app')).toEqual(state)
  })

  it('takes one read call for several repositories', async () => {
    const repo = 'team/app\nteam/web,team/worker'
    const first = await succeeds({ repo })
    expect(first.outputs['created']).toBe('true')
    const { calls, outputs } = await succeeds({ repo })
    expect(calls).toEqual(['DescribeRepositories'])
    expect(outputs['repository_uri']?.split('\n')).toEqual(
      ['team/app', 'team/web', 'team/worker'].map((name) => `${ecr().registry}/${name}`),
    )
  })

  it("takes AWS's defaults where nothing is declared", async () => {
    await succeeds({ repo: 'team/app' })
    expect(await stateOf('team/app')).toEqual({
      mutability: 'MUTABLE',
      filters: undefined,
      scanOnPush: false,
      encryption: { encryptionType: 'AES256' },
      lifecycle: undefined,
      policy: undefined,
      tags: {},
    })
  })

  it('creates nothing with create: false', async () => {
    expect(await fails({ repo: 'team/app', create: false })).toMatch(
      /^There is no ECR repository 'team\/app'.*Set 'create: true'/,
    )
    expect(ecr().calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
  })
})

describe('reconcile', () => {
  it('takes what AWS made of the policies for what was declared', async () => {
    const statement = (principal: unknown, action: unknown) =>
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: principal, Action: action } })
    const given = { repo: 'team/app', mode: 'reconcile' }
    const declared = statement({ AWS: ['444455556666', '111122223333'] }, ['ecr:BatchGetImage', 'ecr:PutImage'])
    await succeeds({ ...given, repository_policy: declared })
    expect((await stateOf('team/app')).policy.Statement[0].Principal.AWS).toContain('arn:aws:iam::111122223333:root')
    const otherwise = statement({ AWS: ['111122223333', 'arn:aws:iam::444455556666:root'] }, [
      'ECR:PutImage',
      'ecr:batchgetimage',
    ])
    for (const repository_policy of [declared, otherwise]) {
      const { calls } = await succeeds({ ...given, repository_policy })
      expect(calls).toEqual(['DescribeRepositories', 'GetRepositoryPolicy'])
    }
  })

  it('says what differed and what it did', async () => {
    await succeeds({ repo: 'team/app', lifecycle_policy: 'keep:10', resource_tags: 'team=api, other=x' })
    const { step, outputs } = await succeeds({ ...ALL, encryption: '', mode: 'reconcile' })
    for (const line of [
      'team/app: image_tag_mutability is MUTABLE, not IMMUTABLE_WITH_EXCLUSION of latest, cache*; setting it',
      'team/app: scan_on_push is false, not true; setting it',
      'team/app: lifecycle_policy differs; setting it',
      'team/app: there is no repository_policy; setting it',
      "team/app: resource tag 'team' is 'api', not 'web', resource tag 'env' is missing; setting it",
    ]) {
      expect(step.log).toContain(line)
    }
    expect(JSON.parse(outputs['drift'] ?? '')).toHaveLength(5)
    expect((await stateOf('team/app')).tags).toEqual({ team: 'web', env: 'prod', other: 'x' })
    expect(step.summary).toContain('changed')
  })

  it('tells of several repositories which were changed when one fails', async () => {
    await succeeds({ repo: 'team/aa,team/bb,team/cc' })
    ecr().addFault({ operation: 'PutImageTagMutability', repository: 'team/bb', error: 'AccessDeniedException' })
    const given = { repo: 'team/aa,team/bb,team/cc', image_tag_mutability: 'IMMUTABLE', mode: 'reconcile' }
    const { step } = await run(given)
    expect(errorsOf(step)).toEqual([
      expect.stringMatching(
        /^AWS denies ecr:PutImageTagMutability .*repository\/team\/bb.* Already done: set image_tag_mutability of team\/aa; set image_tag_mutability of team\/cc\.$/,
      ),
    ])
    expect(step.outputs).toMatchObject({
      changed: 'true',
      image_tag_mutability: 'IMMUTABLE\nMUTABLE\nIMMUTABLE',
    })
    expect(step.summary.match(/<code>failed<\/code>/g)).toHaveLength(1)
  })
})

describe('check', () => {
  it('passes where all is as declared, by reads alone', async () => {
    await succeeds(ALL)
    const { calls, outputs } = await succeeds({ ...ALL, mode: 'check' })
    expect(calls.sort()).toEqual([
      'DescribeRepositories',
      'GetLifecyclePolicy',
      'GetRepositoryPolicy',
      'ListTagsForResource',
    ])
    expect(outputs).toMatchObject({ drift: '[]', changed: 'false' })
  })

  it('fails with one line for each repository, and the drift as JSON', async () => {
    await succeeds({ repo: 'team/app' })
    await succeeds({ ...ALL, repo: 'team/right' })
    const { step, calls } = await run({ ...ALL, repo: 'team/app, team/right, team/none', mode: 'check' })
    const [message = '', ...others] = errorsOf(step)
    expect(others).toEqual([])
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^Repository 'team\/app' is not as declared: encryption is AES256, not KMS; .*missing/),
      "Repository 'team/none' is not as declared: it does not exist. Run this step with 'mode: ensure' to create it.",
    ])
    const drift: { repository: string; setting: string }[] = JSON.parse(step.outputs['drift'] ?? '')
    expect(drift.filter(({ repository }) => repository === 'team/app').map(({ setting }) => setting)).toEqual([
      'encryption',
      'image_tag_mutability',
      'scan_on_push',
      'lifecycle_policy',
      'repository_policy',
      'resource_tags',
    ])
    expect(drift.at(-1)).toEqual({ repository: 'team/none', setting: 'repo', declared: 'team/none', actual: null })
    expect(writesOf(calls)).toEqual([])
    expect(step.summary).toContain('it does not exist')
  })
})
