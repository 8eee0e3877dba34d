import { describe, expect, test } from 'vitest'
import { leastPolicy } from '../../src/dry-run/least-policy.ts'
import type { Inputs } from '../../src/inputs.ts'
import { BUILD_OPTIONS } from '../support/build-options.ts'
import { REPOSITORY } from '../support/ports.ts'

const ARN = 'arn:aws:ecr:eu-central-1:123456789012:repository'
const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:DescribeRepositories',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
]

function statements(changes: Partial<Inputs> = {}) {
  const settings = { policyFile: undefined, scanOnPush: false }
  const tags = { tags: ['1'], latest: 'auto', load: false } as const
  const build = BUILD_OPTIONS
  const inputs = { createRepo: false, settings, registryIds: [], cacheFrom: [], build, ...tags, ...changes }
  return leastPolicy(inputs, REPOSITORY).Statement
}

test('a push needs the token on everything, and the rest on its repository alone', () => {
  expect(statements()).toEqual([
    { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
    { Effect: 'Allow', Action: PUSH, Resource: `${ARN}/team/app` },
  ])
})

describe('what the inputs add', () => {
  test.each<[Partial<Inputs>, string]>([
    [{ tags: ['1', 'latest'] }, 'ecr:GetDownloadUrlForLayer'],
    [{ load: true }, 'ecr:GetDownloadUrlForLayer'],
    [{ createRepo: true }, 'ecr:CreateRepository'],
    [{ settings: { policyFile: 'p.json', scanOnPush: false } }, 'ecr:SetRepositoryPolicy'],
    [{ settings: { policyFile: undefined, scanOnPush: true } }, 'ecr:PutImageScanningConfiguration'],
    [{ build: { ...BUILD_OPTIONS, cache: 'registry' } }, 'ecr:GetDownloadUrlForLayer'],
    [{ cacheFrom: [{ kind: 'image', image: `${REPOSITORY.uri}:cache` }] }, 'ecr:GetDownloadUrlForLayer'],
    [
      { cacheFrom: [{ kind: 'image', image: `${REPOSITORY.uri}@sha256:${'a'.repeat(64)}` }] },
      'ecr:GetDownloadUrlForLayer',
    ],
  ])('%j', (changes, action) => {
    expect(statements(changes)).toEqual([
      expect.anything(),
      { Effect: 'Allow', Action: [...PUSH, action].sort(), Resource: `${ARN}/team/app` },
    ])
  })

  test('writing of a cache elsewhere', () => {
    const cacheTo = [
      'type=registry,ref=123456789012.dkr.ecr.eu-central-1.amazonaws.com/cache:app,mode=max',
      `type=registry,ref=${REPOSITORY.uri}:cache`,
      'type=gha,ref=123456789012.dkr.ecr.eu-central-1.amazonaws.com/other',
      'type=registry,ref=ghcr.io/team/app:cache',
    ]
    expect(statements({ build: { ...BUILD_OPTIONS, cacheTo } }).slice(2)).toEqual([
      { Effect: 'Allow', Action: PUSH.filter((name) => name !== 'ecr:DescribeRepositories'), Resource: `${ARN}/cache` },
    ])
  })

  test('reading for caches and base images elsewhere', () => {
    const cacheFrom = [
      { kind: 'image', image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base/node:20' },
      { kind: 'image', image: '210987654321.dkr.ecr.us-east-1.amazonaws.com/cache' },
      { kind: 'image', image: 'ghcr.io/team/app:cache' },
      { kind: 'image', image: 'alpine' },
      { kind: 'spec', spec: 'type=gha' },
    ] as const
    expect(statements({ cacheFrom, registryIds: ['123456789012', '111122223333'] })[2]).toEqual({
      Effect: 'Allow',
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: [
        `${ARN}/base/node`,
        'arn:aws:ecr:us-east-1:210987654321:repository/cache',
        'arn:aws:ecr:eu-central-1:111122223333:repository/*',
      ],
    })
  })
})
