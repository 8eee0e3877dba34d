import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/policy/json.ts'
import { details, phrase, shown } from '../../src/settings/difference-text.ts'
import {
  actualSettings,
  creationSettings,
  differences,
  lateSettings,
  type SomeSettings,
} from '../../src/settings/settings.ts'
import { memoryEcr, repositoryNamed } from '../support/memory-ecr.ts'

const rule = (countNumber: number): JsonObject => ({
  rulePriority: 1,
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber },
  action: { type: 'expire' },
})
const LIFECYCLE: JsonObject = { rules: [rule(30)] }
const POLICY: JsonObject = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] }
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/12345678-90ab-cdef-1234-567890abcdef'

const ALL: SomeSettings = {
  image_tag_mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'cache*'] },
  scan_on_push: true,
  encryption: { type: 'KMS', kmsKey: KEY },
  lifecycle_policy: LIFECYCLE,
  repository_policy: POLICY,
  resource_tags: { team: 'web' },
}

describe('differences', () => {
  test('none where all is as declared', () => {
    expect(differences(ALL, structuredClone(ALL))).toEqual([])
    expect(differences({}, ALL)).toEqual([])
  })

  test('everything where there is nothing', () => {
    expect(differences(ALL, {}).map(({ setting }) => setting)).toEqual([
      'encryption',
      'image_tag_mutability',
      'scan_on_push',
      'lifecycle_policy',
      'repository_policy',
      'resource_tags',
    ])
  })

  test.each<[SomeSettings, SomeSettings, number]>([
    [ALL, { ...ALL, image_tag_mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['cache*', 'latest'] } }, 0],
    [ALL, { ...ALL, image_tag_mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest'] } }, 1],
    [ALL, { ...ALL, image_tag_mutability: { mode: 'MUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'cache*'] } }, 1],
    [ALL, { ...ALL, resource_tags: { team: 'web', other: 'x' } }, 0],
    [ALL, { ...ALL, resource_tags: { team: 'Web' } }, 1],
    [{ resource_tags: { constructor: 'x' } }, { resource_tags: {} }, 1],
    [{ scan_on_push: false }, { scan_on_push: true }, 1],
    [{ encryption: { type: 'KMS', kmsKey: undefined } }, ALL, 0],
    [{ encryption: { type: 'KMS', kmsKey: KEY.split('/')[1] } }, ALL, 0],
    [{ encryption: { type: 'KMS', kmsKey: '00000000-90ab-cdef-1234-567890abcdef' } }, ALL, 1],
    [{ encryption: { type: 'KMS', kmsKey: 'alias/any' } }, ALL, 0],
    [{ encryption: { type: 'KMS', kmsKey: 'arn:aws:kms:eu-central-1:123456789012:alias/any' } }, ALL, 0],
    [{ encryption: { type: 'KMS_DSSE', kmsKey: KEY } }, ALL, 1],
    [{ encryption: { type: 'AES256', kmsKey: undefined } }, ALL, 1],
  ])('%#', (declared, actual, count) => {
    expect(differences(declared, actual)).toHaveLength(count)
  })
})

describe('what is read', () => {
  const stored = { repository: repositoryNamed('a'), lifecycle: '{"rules":[]}', policy: 'no json', tags: { team: 'x' } }

  test('only what is declared, each by one call', async () => {
    const aws = memoryEcr([stored])
    const { repository } = stored
    await actualSettings({ image_tag_mutability: { mode: 'MUTABLE', exclusions: [] } }, repository, aws.ports.settings)
    expect(aws.calls).toEqual([])
    await actualSettings({ lifecycle_policy: LIFECYCLE }, repository, aws.ports.settings)
    expect(aws.calls).toEqual(['GetLifecyclePolicy a'])
    expect(await actualSettings(ALL, repository, aws.ports.settings)).toEqual({
      image_tag_mutability: { mode: 'MUTABLE', exclusions: [] },
      scan_on_push: false,
      encryption: { type: 'AES256', kmsKey: undefined },
      lifecycle_policy: { rules: [] },
      // What nobody can read is no declared policy.
      repository_policy: {},
      resource_tags: { team: 'x' },
    })
    expect(aws.calls.sort()).toEqual([
      'GetLifecyclePolicy a',
      'GetLifecyclePolicy a',
      'GetRepositoryPolicy a',
      'ListTagsForResource a',
    ])
  })

  test('no policy where there is none', async () => {
    const { ports } = memoryEcr([{ repository: stored.repository }])
    const actual = await actualSettings(ALL, stored.repository, ports.settings)
    expect(actual).not.toHaveProperty('lifecycle_policy')
    expect(actual).not.toHaveProperty('repository_policy')
    expect(actual.resource_tags).toEqual({})
  })
})

test('a creation takes everything but the policies', () => {
  expect(creationSettings({})).toEqual({})
  expect(creationSettings(ALL)).toEqual({
    tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    exclusions: ['latest', 'cache*'],
    scanOnPush: true,
    encryptionType: 'KMS',
    kmsKey: KEY,
    resourceTags: { team: 'web' },
  })
  expect(creationSettings({ encryption: { type: 'AES256', kmsKey: undefined } })).toEqual({ encryptionType: 'AES256' })
  expect(lateSettings(ALL)).toEqual({ lifecycle_policy: LIFECYCLE, repository_policy: POLICY })
})

describe('in words', () => {
  const ACTUAL: SomeSettings = {
    image_tag_mutability: { mode: 'MUTABLE', exclusions: [] },
    scan_on_push: false,
    encryption: { type: 'AES256', kmsKey: undefined },
    lifecycle_policy: { rules: [rule(10), rule(30)] },
    repository_policy: { Statement: [] },
    resource_tags: { env: 'x', other: 'y' },
  }
  const found = differences({ ...ALL, resource_tags: { team: 'web', env: 'prod' } }, ACTUAL)

  test('a part of a sentence for each', () => {
    expect(found.map(phrase)).toEqual([
      `encryption is AES256, not KMS with ${KEY}`,
      'image_tag_mutability is MUTABLE, not IMMUTABLE_WITH_EXCLUSION of latest, cache*',
      'scan_on_push is false, not true',
      'lifecycle_policy differs',
      'repository_policy differs',
      "resource tag 'team' is missing, resource tag 'env' is 'x', not 'prod'",
    ])
    expect(differences(ALL, {}).map(phrase)).toContain('there is no lifecycle_policy')
  })

  test('the rules or statements that only one side has', () => {
    const statement = '{"Action":["ecr:*"],"Effect":"Allow","Principal":{"AWS":["*"]}}'
    expect(found.map(details)).toEqual([
      [],
      [],
      [],
      [expect.stringMatching(/^only in ECR: {3}.*"countNumber":10,/)],
      [`only declared: ${statement}`],
      [],
    ])
  })

  test('both sides as JSON', () => {
    expect(found.map((difference) => [shown(difference, 'declared'), shown(difference, 'actual')])).toEqual([
      [`KMS with ${KEY}`, 'AES256'],
      ['IMMUTABLE_WITH_EXCLUSION of latest, cache*', 'MUTABLE'],
      [true, false],
      [LIFECYCLE, ACTUAL.lifecycle_policy],
      [POLICY, ACTUAL.repository_policy],
      [
        { team: 'web', env: 'prod' },
        { team: null, env: 'x' },
      ],
    ])
    expect(differences(ALL, {}).map((difference) => shown(difference, 'actual'))).toEqual(Array(6).fill(null))
  })
})
