import { describe, expect, test } from 'vitest'
import { ecrOf } from '../../src/ecr/client.ts'
import { type CreationSettings, repositoryOf } from '../../src/ecr/repository.ts'
import { awsError, recordedAws } from '../support/recorded-aws.ts'

describe('what a repository is created with', () => {
  test.each<[CreationSettings, object]>([
    [{}, {}],
    [{ tagMutability: 'IMMUTABLE' }, { imageTagMutability: 'IMMUTABLE' }],
    [
      { tagMutability: 'MUTABLE_WITH_EXCLUSION', exclusions: ['v*'] },
      {
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
      },
    ],
    [{ scanOnPush: false }, { imageScanningConfiguration: { scanOnPush: false } }],
    [{ encryptionType: 'AES256' }, { encryptionConfiguration: { encryptionType: 'AES256' } }],
    [
      { encryptionType: 'KMS', kmsKey: 'alias/ecr' },
      { encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/ecr' } },
    ],
    [{ resourceTags: { team: 'web' } }, { tags: [{ Key: 'team', Value: 'web' }] }],
  ])('%j', async (settings, input) => {
    const aws = recordedAws()
    await ecrOf(aws.session, undefined).create('team/app', settings)
    const call = { action: 'ecr:CreateRepository', repository: 'team/app' }
    expect(aws.calls).toEqual([{ ...call, input: { repositoryName: 'team/app', ...input } }])
  })
})

describe('findAll', () => {
  const described = (name: string) => ({ repositoryName: name, repositoryUri: `registry.example/${name}` })

  test('gives all by their names, after one call', async () => {
    const aws = recordedAws({ repositories: [described('b'), described('a')] })
    const found = await ecrOf(aws.session, '210987654321').findAll(['a', 'b'])
    expect([found?.get('a')?.uri, found?.get('b')?.uri]).toEqual(['registry.example/a', 'registry.example/b'])
    const input = { registryId: '210987654321', repositoryNames: ['a', 'b'] }
    expect(aws.calls).toEqual([{ action: 'ecr:DescribeRepositories', repository: undefined, input }])
  })

  test.each([awsError('RepositoryNotFoundException'), { repositories: [described('a')] }, {}])(
    'gives nothing where one is missing: %s',
    async (answer) => {
      expect(await ecrOf(recordedAws(answer).session, undefined).findAll(['a', 'b'])).toBeUndefined()
    },
  )

  test('a refusal is never "missing"', async () => {
    const { session } = recordedAws(awsError('AccessDeniedException'))
    await expect(ecrOf(session, undefined).findAll(['a', 'b'])).rejects.toThrow('AWS denies')
  })
})

describe.each([
  ['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', '123456789012.dkr.ecr-fips.us-east-1.amazonaws.com'],
  ['123456789012.dkr-ecr.us-east-1.on.aws', '123456789012.dkr-ecr.us-east-1.on.aws'],
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com', '127.0.0.1:5000'],
  [undefined, '127.0.0.1:5000'],
])('with the host %s given', (host, registry) => {
  test('a repository is named by the host that reaches it', () => {
    const answer = { repositoryName: 'team/app', repositoryUri: '127.0.0.1:5000/team/app' }
    expect(repositoryOf(answer, host)).toMatchObject({ registry, uri: `${registry}/team/app`, name: 'team/app' })
  })
})
