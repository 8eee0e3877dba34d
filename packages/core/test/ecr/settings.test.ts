import { describe, expect, test } from 'vitest'
import { type EcrSettings, ecrSettingsOf } from '../../src/ecr/settings.ts'
import { awsError, recordedAws } from '../support/recorded-aws.ts'

const APP = {
  name: 'team/app',
  registryId: '123456789012',
  arn: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app',
}
const ID = { repositoryName: 'team/app', registryId: '123456789012' }

describe('what is sent', () => {
  test.each<[string, (settings: EcrSettings) => Promise<unknown>, object]>([
    [
      'ecr:PutImageTagMutability',
      (ecr) => ecr.setTagMutability(APP, 'IMMUTABLE', []),
      { ...ID, imageTagMutability: 'IMMUTABLE' },
    ],
    [
      'ecr:PutImageTagMutability',
      (ecr) => ecr.setTagMutability(APP, 'IMMUTABLE_WITH_EXCLUSION', ['latest', 'cache*']),
      {
        ...ID,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [
          { filterType: 'WILDCARD', filter: 'latest' },
          { filterType: 'WILDCARD', filter: 'cache*' },
        ],
      },
    ],
    [
      'ecr:PutImageScanningConfiguration',
      (ecr) => ecr.setScanOnPush(APP, false),
      { ...ID, imageScanningConfiguration: { scanOnPush: false } },
    ],
    ['ecr:GetLifecyclePolicy', (ecr) => ecr.lifecyclePolicy(APP), ID],
    ['ecr:PutLifecyclePolicy', (ecr) => ecr.setLifecyclePolicy(APP, '{}'), { ...ID, lifecyclePolicyText: '{}' }],
    ['ecr:GetRepositoryPolicy', (ecr) => ecr.policy(APP), ID],
    ['ecr:SetRepositoryPolicy', (ecr) => ecr.setPolicy(APP, '{}', { force: false }), { ...ID, policyText: '{}' }],
    [
      'ecr:SetRepositoryPolicy',
      (ecr) => ecr.setPolicy(APP, '{}', { force: true }),
      { ...ID, policyText: '{}', force: true },
    ],
    ['ecr:ListTagsForResource', (ecr) => ecr.resourceTags(APP), { resourceArn: APP.arn }],
    [
      'ecr:TagResource',
      (ecr) => ecr.setResourceTags(APP, { team: 'web', empty: '' }),
      {
        resourceArn: APP.arn,
        tags: [
          { Key: 'team', Value: 'web' },
          { Key: 'empty', Value: '' },
        ],
      },
    ],
  ])('%s', async (action, run, input) => {
    const aws = recordedAws()
    await run(ecrSettingsOf(aws.session))
    expect(aws.calls).toEqual([{ action, repository: 'team/app', input }])
  })
})

describe('what is read', () => {
  test('policies as their text', async () => {
    const aws = recordedAws({ lifecyclePolicyText: '{"rules":[]}', policyText: '{"Statement":[]}' })
    const ecr = ecrSettingsOf(aws.session)
    expect([await ecr.lifecyclePolicy(APP), await ecr.policy(APP)]).toEqual(['{"rules":[]}', '{"Statement":[]}'])
  })

  test.each([
    ['lifecyclePolicy', 'LifecyclePolicyNotFoundException'],
    ['policy', 'RepositoryPolicyNotFoundException'],
  ] as const)('no %s where AWS says %s, and no other error', async (method, name) => {
    expect(await ecrSettingsOf(recordedAws(awsError(name)).session)[method](APP)).toBeUndefined()
    for (const other of ['AccessDeniedException', 'RepositoryNotFoundException']) {
      await expect(ecrSettingsOf(recordedAws(awsError(other)).session)[method](APP)).rejects.toThrow()
    }
  })

  test('tags by their keys', async () => {
    const tags = [{ Key: 'team', Value: 'web' }, { Key: 'empty' }]
    expect(await ecrSettingsOf(recordedAws({ tags }).session).resourceTags(APP)).toEqual({ team: 'web', empty: '' })
    expect(await ecrSettingsOf(recordedAws().session).resourceTags(APP)).toEqual({})
  })
})
