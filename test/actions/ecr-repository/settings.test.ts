import { describe, expect, it } from 'vitest'
import { errorsOf, type Given, KEEP_30, useRepositoryAction, writesOf } from '../../support/ecr-repository.ts'

const { ecr, fails, run, stateOf, succeeds } = useRepositoryAction()

describe('each setting', () => {
  it.each<[Given, object]>([
    [{ image_tag_mutability: 'IMMUTABLE' }, { mutability: 'IMMUTABLE', filters: undefined }],
    [
      { image_tag_mutability: 'MUTABLE_WITH_EXCLUSION', immutable_except: 'v*' },
      { mutability: 'MUTABLE_WITH_EXCLUSION', filters: ['v*'] },
    ],
    [{ immutable_except: 'latest' }, { mutability: 'IMMUTABLE_WITH_EXCLUSION', filters: ['latest'] }],
    [{ scan_on_push: 'True' }, { scanOnPush: true }],
    [{ resource_tags: 'team = web\nurl=https://x.example/' }, { tags: { team: 'web', url: 'https://x.example/' } }],
    [{ lifecycle_policy: 'keep:30' }, { lifecycle: { rules: [KEEP_30] } }],
    [{ lifecycle_policy: JSON.stringify({ rules: [KEEP_30] }, null, 2) }, { lifecycle: { rules: [KEEP_30] } }],
    [{ lifecycle_policy: 'ecr/lifecycle.json' }, { lifecycle: { rules: [KEEP_30] } }],
    [{ repository_policy: 'pull:111122223333' }, { policy: { Statement: [{ Sid: 'PullByAccounts' }] } }],
    [{ repository_policy: 'ecr/policy.json' }, { policy: { Statement: [{ Sid: 'FromFile' }] } }],
    [
      {
        repository_policy:
          '{"Statement":{"Sid":"Inline","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}}',
      },
      { policy: { Statement: [{ Sid: 'Inline' }] } },
    ],
  ])('at the creation and by reconcile: %j', async (given, state) => {
    const workspace = {
      'ecr/lifecycle.json': JSON.stringify({ rules: [KEEP_30] }),
      'ecr/policy.json':
        '{"Statement":[{"Sid":"FromFile","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["ecr:*"]}]}',
    }
    await succeeds({ repo: 'team/new', ...given }, { workspace })
    expect(await stateOf('team/new')).toMatchObject(state)

    await succeeds({ repo: 'team/old', resource_tags: 'kept=yes' })
    const { calls, outputs } = await succeeds({ repo: 'team/old', mode: 'reconcile', ...given }, { workspace })
    expect(await stateOf('team/old')).toMatchObject({ tags: { kept: 'yes' }, ...state })
    expect(outputs).toMatchObject({ created: 'false', changed: 'true' })
    expect(writesOf(calls)).toHaveLength(1)

    const again = await succeeds({ repo: 'team/old', mode: 'reconcile', ...given }, { workspace })
    expect(writesOf(again.calls)).toEqual([])
    expect(again.outputs).toMatchObject({ changed: 'false', drift: '[]' })
  })

  it('kms_key at the creation, where alone it can be set', async () => {
    const kms_key = 'arn:aws:kms:eu-central-1:123456789012:key/12345678-90ab-cdef-1234-567890abcdef'
    await succeeds({ repo: 'team/app', kms_key })
    expect(await stateOf('team/app')).toMatchObject({ encryption: { encryptionType: 'KMS', kmsKey: kms_key } })
    await succeeds({ repo: 'team/app', kms_key: '12345678-90ab-cdef-1234-567890abcdef', mode: 'check' })
    const given = { repo: 'team/app', encryption: 'AES256', scan_on_push: true, mode: 'reconcile' }
    const { step, calls } = await run(given)
    expect(errorsOf(step)).toEqual([
      `Repository 'team/app': encryption is KMS with ${kms_key}, not AES256, and AWS cannot change that for an existing repository. Remove 'encryption' and 'kms_key' from the step, or delete the repository with its images and let the step recreate it.`,
    ])
    expect(calls).toEqual(['DescribeRepositories'])
  })

  it('force_policy sets a policy that locks this identity out', async () => {
    const policy = {
      Statement: [{ Effect: 'Deny', Principal: { AWS: ecr().account }, Action: 'ecr:SetRepositoryPolicy' }],
    }
    const given = { repo: 'team/app', mode: 'reconcile', repository_policy: JSON.stringify(policy) }
    await succeeds({ repo: 'team/app' })
    expect(await fails(given)).toMatch(
      /^ECR refuses repository_policy of repository 'team\/app': .*would prevent you.*set 'force_policy: true'/,
    )
    await succeeds({ ...given, force_policy: true })
    expect((await stateOf('team/app')).policy.Statement[0].Effect).toBe('Deny')
  })

  it('registry_id names the registry of another account', async () => {
    const other = '210987654321'
    const home = ecr().environmentOf({ account: other })
    const repository_policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { AWS: ecr().account }, Action: 'ecr:*' }],
    })
    await succeeds({ repo: 'team/shared', repository_policy }, { env: home })
    const given = { repo: 'team/shared', registry_id: other, mode: 'reconcile', scan_on_push: true }
    const { outputs } = await succeeds(given)
    expect(outputs).toMatchObject({ registry_id: other, changed: 'true' })
    expect(await stateOf('team/shared', other)).toMatchObject({ scanOnPush: true })
    expect(await fails({ ...given, repo: 'team/none' })).toMatch(
      /^AWS denies ecr:CreateRepository to .*210987654321.* belongs to another account/,
    )
  })

  it('region and keys of the inputs go before those of the runner', async () => {
    const { AWS_ACCESS_KEY_ID: access_key_id = '', AWS_SECRET_ACCESS_KEY: secret_access_key = '' } = ecr().environment
    const machine = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN000000000', AWS_REGION: 'eu-west-1' }
    const given = { repo: 'team/app', region: 'us-east-2', access_key_id, secret_access_key }
    const { outputs, step } = await succeeds(given, { env: machine })
    expect(outputs).toMatchObject({ region: 'us-east-2', repository_arn: expect.stringContaining(':us-east-2:') })
    expect(step.masks).toContain(secret_access_key)
    expect(step.raw.indexOf('::add-mask::')).toBeLessThan(step.raw.indexOf('::group::'))
  })

  it("a registry's host in front of the name has to be the registry that is meant", async () => {
    const host = `${ecr().account}.dkr.ecr.eu-central-1.amazonaws.com`
    const { outputs } = await succeeds({ repo: `${host}/team/app` })
    expect(outputs['repository_name']).toBe('team/app')
    expect(await fails({ repo: `${host}/team/app`, region: 'us-east-2' })).toMatch(/^Input 'repo' has "team\/app"/)
  })
})
