import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { OCI_INDEX, OCI_MANIFEST, type RegistryClient, registryClient } from './support/registry-client.ts'

const DAY = 24 * 60 * 60 * 1000

let server: EcrLocal
let ecr: ReturnType<typeof ecrClient>
let registry: RegistryClient
let offset = 0

beforeAll(async () => {
  server = await startEcrLocal({ now: () => Date.now() + offset, tokenTtlSeconds: 1e9 })
  ecr = ecrClient(server)
  registry = await registryClient(ecr)
})

afterAll(() => server.close())

const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }))

const rule = (rulePriority: number, selection: object, action: object = { type: 'expire' }) => ({
  rulePriority,
  description: 'a description that makes the policy as long as ECR wants it to be',
  selection,
  action,
})

const policy = (...rules: object[]) => JSON.stringify({ rules }, undefined, 4)

const keepTwo = rule(1, { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 })

test('a policy is put, got without its white space, and deleted', async () => {
  const repositoryName = 'policy'
  await create(repositoryName)
  const missing = {
    name: 'LifecyclePolicyNotFoundException',
    message:
      "Lifecycle policy does not exist for the repository with name 'policy' in the registry with id '123456789012'",
  }
  await expect(ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject(missing)
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: policy(keepTwo) }))
  const got = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))
  expect(got.lifecyclePolicyText).toBe(JSON.stringify({ rules: [keepTwo] }))
  const deleted = await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }))
  expect(deleted.lifecyclePolicyText).toBe(got.lifecyclePolicyText)
  await expect(ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject(missing)
})

const untagged = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 }
const any = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 }

test('each storage class has rules of its own for all and for untagged images', async () => {
  const repositoryName = 'classes'
  await create(repositoryName)
  const archived = { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 }
  const lifecyclePolicyText = policy(
    rule(1, untagged),
    rule(2, { ...archived, tagStatus: 'untagged' }),
    rule(3, any),
    rule(4, { ...archived, tagStatus: 'any' }),
  )
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
  const got = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))
  expect(JSON.parse(String(got.lifecyclePolicyText)).rules).toHaveLength(4)
})

test.for<[string, string, string]>([
  ['no JSON', 'x'.repeat(100), 'Could not map policyString into LifecyclePolicy.'],
  ['no rules', JSON.stringify({ rule: 'x'.repeat(100) }), 'object has missing required properties (["rules"])'],
  ['an unknown member', policy({ ...keepTwo, when: 1 }), 'not allowed by the schema: (["when"])'],
  ['an unknown action', policy(rule(1, any, { type: 'burn' })), 'instance value ("burn") not found in enum'],
  ['a count of nothing', policy(rule(1, { ...any, countNumber: 0 })), '(minimum: 1, found: 0)'],
  ['an age without a unit', policy(rule(1, { ...untagged, countUnit: undefined })), 'matched 0 out of 2'],
  ['tagged without tags', policy(rule(1, { ...any, tagStatus: 'tagged' })), 'matched 0 out of 2'],
  ['a transition to nowhere', policy(rule(1, any, { type: 'transition' })), '(["targetStorageClass"])'],
  [
    'an age since the transition of what was not archived',
    policy(rule(1, { ...untagged, countType: 'sinceImageTransitioned' })),
    'instance value ("standard") not found in enum (possible values: ["archive"])',
  ],
  [
    'a count of what was archived',
    policy(rule(1, { ...any, storageClass: 'archive' })),
    'instance value ("archive") not found in enum (possible values: ["standard"])',
  ],
  ['two rules of one priority', policy(rule(1, untagged), rule(1, any)), 'rulePriority must be unique'],
  ['any before another', policy(rule(1, any), rule(2, untagged)), 'Rule for tagStatus=ANY must have the lowest'],
  ['two for any', policy(rule(1, any), rule(2, any)), 'Rule for tagStatus=ANY must have the lowest priority per'],
  ['two for untagged', policy(rule(1, untagged), rule(2, untagged)), 'Only one rule can select Untagged images per'],
])('%s is refused', async ([, lifecyclePolicyText, words]) => {
  await create('refusing').catch(() => undefined)
  const command = new PutLifecyclePolicyCommand({ repositoryName: 'refusing', lifecyclePolicyText })
  await expect(ecr.send(command)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(
      "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ",
    ),
  })
  await expect(ecr.send(command)).rejects.toMatchObject({ message: expect.stringContaining(words) })
})

describe('a preview', () => {
  const preview = async (repositoryName: string, lifecyclePolicyText: string) => {
    const started = await ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }))
    expect(started.status).toBe('IN_PROGRESS')
    return ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }))
  }

  test('does not exist before it is started', async () => {
    await create('unseen')
    await expect(ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName: 'unseen' }))).rejects.toMatchObject({
      name: 'LifecyclePolicyPreviewNotFoundException',
    })
  })

  test('counts, and looks at ages and patterns, in the order of priorities', async () => {
    await create('aged')
    const ages: readonly (readonly [tag: string, days: number])[] = [
      ['pr-1', 40],
      ['pr-2', 20],
      ['v1', 30],
      ['v2', 10],
      ['v3', 0],
    ]
    for (const [tag, days] of ages) {
      offset = -days * DAY
      await registryAt(tag)
    }
    offset = 0
    const oldPullRequests = {
      tagStatus: 'tagged',
      tagPatternList: ['pr-*'],
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: 30,
    }
    const text = policy(rule(1, oldPullRequests), rule(9, { ...any, countNumber: 2 }))
    const { previewResults, summary } = await preview('aged', text)
    // pr-2 is too young for its own rule and out of reach for the other, which counts it all the same.
    expect(previewResults?.map((item) => [item.imageTags?.[0], item.appliedRulePriority, item.action?.type])).toEqual([
      ['pr-1', 1, 'EXPIRE'],
      ['v1', 9, 'EXPIRE'],
    ])
    expect(summary?.expiringImageTotalCount).toBe(2)
  })

  /** A token must be of the time in which it is used. */
  async function registryAt(tag: string) {
    registry = await registryClient(ecr)
    await registry.image('aged', tag, `layer of ${tag}`)
  }

  test('leaves alone what an index lists', async () => {
    await create('multi')
    const child = await registry.image('multi', 'child', 'content')
    const manifests = [{ mediaType: OCI_MANIFEST, digest: child.digest, size: child.text.length }]
    await registry.manifest('multi', 'index', { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX)
    await registry.image('multi', 'other', 'other content')
    const { previewResults } = await preview('multi', policy(rule(1, any)))
    expect(previewResults?.flatMap(({ imageTags }) => imageTags)).toEqual(['index'])
  })

  test('shows what would be archived', async () => {
    await create('archive')
    for (const tag of ['a', 'b']) await registry.image('archive', tag, tag)
    const transition = { type: 'transition', targetStorageClass: 'archive' }
    const { previewResults, summary } = await preview('archive', policy(rule(1, any, transition)))
    expect(previewResults?.[0]?.action).toEqual({ type: 'TRANSITION', targetStorageClass: 'ARCHIVE' })
    expect(summary).toMatchObject({
      expiringImageTotalCount: 0,
      transitioningImageTotalCounts: [{ targetStorageClass: 'ARCHIVE', imageTotalCount: 1 }],
    })
  })
})
