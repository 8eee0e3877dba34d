import { describe, expect, test } from 'vitest'
import type { Inputs } from '../src/inputs.ts'
import { leastPolicy } from '../src/permissions.ts'
import type { JsonObject } from '../src/policy/json.ts'
import type { SomeSettings } from '../src/settings/settings.ts'

const PLACE = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' }
const POLICIES: SomeSettings = { lifecycle_policy: {}, repository_policy: {} }
const ALL: SomeSettings = {
  ...POLICIES,
  image_tag_mutability: { mode: 'IMMUTABLE', exclusions: [] },
  scan_on_push: true,
  encryption: { type: 'KMS', kmsKey: undefined },
  resource_tags: { a: 'b' },
}

const statements = (inputs: Partial<Inputs>, declared: SomeSettings) =>
  leastPolicy({ mode: 'ensure', create: true, repos: ['a/b'], ...inputs }, declared, PLACE)[
    'Statement'
  ] as unknown as JsonObject[]

const actions = (inputs: Partial<Inputs>, declared: SomeSettings) =>
  (statements(inputs, declared)[0] as { Action: string[] }).Action.map((action) => action.replace(/^ecr:/, ''))

describe('the actions that the inputs need', () => {
  test.each<[Partial<Inputs>, SomeSettings, string[]]>([
    [{ create: false }, ALL, ['DescribeRepositories']],
    [{}, {}, ['CreateRepository', 'DescribeRepositories']],
    [
      {},
      { ...ALL, lifecycle_policy: {} },
      [
        'CreateRepository',
        'DescribeRepositories',
        'GetLifecyclePolicy',
        'GetRepositoryPolicy',
        'PutLifecyclePolicy',
        'SetRepositoryPolicy',
      ],
    ],
    [
      { mode: 'check' },
      ALL,
      ['DescribeRepositories', 'GetLifecyclePolicy', 'GetRepositoryPolicy', 'ListTagsForResource'],
    ],
    [
      { mode: 'reconcile', create: false },
      ALL,
      [
        'DescribeRepositories',
        'GetLifecyclePolicy',
        'GetRepositoryPolicy',
        'ListTagsForResource',
        'PutImageScanningConfiguration',
        'PutImageTagMutability',
        'PutLifecyclePolicy',
        'SetRepositoryPolicy',
        'TagResource',
      ],
    ],
    [
      { mode: 'reconcile' },
      { scan_on_push: false },
      ['CreateRepository', 'DescribeRepositories', 'PutImageScanningConfiguration'],
    ],
  ])('%j', (inputs, declared, expected) => {
    expect(actions(inputs, declared)).toEqual(expected)
  })
})

test('the repositories by name', () => {
  const arn = 'arn:aws-cn:ecr:cn-north-1:123456789012:repository'
  expect(statements({}, {})[0]).toMatchObject({ Effect: 'Allow', Resource: `${arn}/a/b` })
  expect(statements({ repos: ['a/b', 'c'] }, {})[0]).toMatchObject({ Resource: [`${arn}/a/b`, `${arn}/c`] })
})

describe('a key of our own', () => {
  const ID = '12345678-90ab-cdef-1234-567890abcdef'
  const KEYS = 'arn:aws-cn:kms:cn-north-1:123456789012:key'
  const condition = { Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/a/b' } } }

  test.each([
    [ID, { Resource: `${KEYS}/${ID}` }],
    [`arn:aws-cn:kms:cn-north-1:1:key/${ID}`, { Resource: `arn:aws-cn:kms:cn-north-1:1:key/${ID}` }],
    ['alias/a/b', { Resource: `${KEYS}/*`, ...condition }],
    ['arn:aws-cn:kms:cn-north-1:123456789012:alias/a/b', { Resource: `${KEYS}/*`, ...condition }],
  ])('%s', (kmsKey, statement) => {
    const declared: SomeSettings = { encryption: { type: 'KMS', kmsKey } }
    const Action = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant']
    expect(statements({}, declared)[1]).toEqual({ Effect: 'Allow', Action, ...statement })
    expect(statements({ create: false }, declared)).toHaveLength(1)
    expect(statements({ mode: 'check' }, declared)).toHaveLength(1)
  })

  test("AWS's own key needs no permission", () => {
    expect(statements({}, ALL)).toHaveLength(1)
  })
})
