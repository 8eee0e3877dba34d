import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { main } from '../src/main.ts'
import { inputs } from './support/inputs.ts'
import { memoryEcr, refused } from './support/memory-ecr.ts'
import { ALL, AS_DECLARED, failureOf, KEPT, run, stored } from './support/step.ts'

describe('ensure', () => {
  test('one call and nothing else where the repository is there', async () => {
    const { aws, outputs, job, lines } = await run(ALL, memoryEcr([AS_DECLARED]))
    expect(aws.calls).toEqual(['DescribeRepositories team/app'])
    expect(outputs).toEqual({
      repository_uri: AS_DECLARED.repository.uri,
      repository_arn: AS_DECLARED.repository.arn,
      repository_name: 'team/app',
      registry: AS_DECLARED.repository.registry,
      registry_id: '123456789012',
      region: 'eu-central-1',
      created: false,
      changed: false,
      drift: '[]',
      image_tag_mutability: 'IMMUTABLE_WITH_EXCLUSION',
      encryption_type: 'KMS',
    })
    expect(job.changes).toEqual([])
    expect(lines).toEqual([`Found ${AS_DECLARED.repository.uri}`])
    expect(job.told.summary.join()).toContain('<code>found</code>')
  })

  test('leaves an existing repository as it is, and says what the one call showed', async () => {
    const { aws, outputs, lines } = await run(ALL, memoryEcr([stored('team/app')]))
    expect(aws.calls).toEqual(['DescribeRepositories team/app'])
    expect(lines).toEqual([
      'Found 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app, left as it is: encryption is AES256, not KMS; image_tag_mutability is MUTABLE, not IMMUTABLE_WITH_EXCLUSION of latest; scan_on_push is false, not true. AWS cannot change the encryption of an existing repository.',
    ])
    expect(JSON.parse(outputs?.drift ?? '')).toHaveLength(3)
    expect(outputs).toMatchObject({ changed: false, image_tag_mutability: 'MUTABLE' })
  })

  test('says what would change an existing repository', async () => {
    const { lines } = await run({ scan_on_push: 'true' }, memoryEcr([stored('team/app')]))
    expect(lines).toEqual([
      "Found 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app, left as it is: scan_on_push is false, not true. Run this step with 'mode: reconcile' to change it.",
    ])
  })

  test('creates what is missing with all settings', async () => {
    const { aws, outputs, job } = await run(ALL)
    expect(aws.calls).toEqual([
      'DescribeRepositories team/app',
      'CreateRepository team/app',
      'PutLifecyclePolicy team/app',
      'SetRepositoryPolicy team/app',
    ])
    const { lifecycle, policy, ...rest } = aws.repositories.get('team/app') ?? {}
    expect(rest).toEqual({ repository: AS_DECLARED.repository, tags: { team: 'web' } })
    expect(lifecycle).toBe(KEPT)
    expect(JSON.parse(policy ?? '')).toMatchObject({ Statement: [{ Sid: 'PullByAccounts' }] })
    expect(outputs).toMatchObject({ created: true, changed: true, encryption_type: 'KMS' })
    expect(job.changes).toEqual([
      'created repository team/app',
      'set lifecycle_policy of team/app',
      'set repository_policy of team/app',
    ])
  })

  test('does not create where it may not', async () => {
    const result = await run({ create: 'false' })
    expect(failureOf(result)).toContain("Set 'create: true'")
    expect(result.job.changes).toEqual([])
  })

  test('tells how to finish a repository that it could only create', async () => {
    const aws = memoryEcr([], (call) => {
      if (call.startsWith('PutLifecyclePolicy')) throw refused('InvalidParameterException', 'Bad rule')
    })
    const result = await run(ALL, aws)
    expect(failureOf(result)).toBe(
      "ECR refuses lifecycle_policy of repository 'team/app': Bad rule. Correct the input 'lifecycle_policy'. Repository 'team/app' exists now without it: then run this step once with 'mode: reconcile'.",
    )
    expect(result.job.changes).toEqual(['created repository team/app'])
    expect(result.error).toMatchObject({
      outputs: { created: true, changed: true, repository_uri: AS_DECLARED.repository.uri },
    })
  })
})

describe('reconcile', () => {
  test('reads once for each kind of setting and writes nothing where all is as declared', async () => {
    const { aws, outputs, lines } = await run({ ...ALL, mode: 'reconcile' }, memoryEcr([AS_DECLARED]))
    expect(aws.calls).toEqual([
      'DescribeRepositories team/app',
      'GetLifecyclePolicy team/app',
      'GetRepositoryPolicy team/app',
      'ListTagsForResource team/app',
    ])
    expect(outputs).toMatchObject({ changed: false, drift: '[]' })
    expect(lines).toEqual([`Found ${AS_DECLARED.repository.uri}, as declared`])
  })

  const WRITES = {
    PutImageTagMutability: { image_tag_mutability: 'IMMUTABLE' },
    PutImageScanningConfiguration: { scan_on_push: 'true' },
    PutLifecyclePolicy: { lifecycle_policy: 'keep:30' },
    SetRepositoryPolicy: { repository_policy: 'lambda' },
    'SetRepositoryPolicy by force': { repository_policy: 'lambda', force_policy: 'true' },
    'TagResource team': { resource_tags: 'team=web, env=prod' },
  }

  test.each(Object.entries(WRITES))('changes by %s only what is declared: %j', async (write, given) => {
    const before = stored('team/app', {}, { lifecycle: '{}', policy: '{}', tags: { env: 'prod', other: 'x' } })
    const { aws, outputs, job } = await run({ ...given, mode: 'reconcile' }, memoryEcr([before]))
    const writes = aws.calls.filter((call) => !/^(Describe|Get|List)/.test(call))
    expect(writes).toEqual([`${write} team/app`])
    expect(outputs).toMatchObject({ created: false, changed: true })
    expect(job.changes).toHaveLength(1)
    expect(await run({ ...given, mode: 'reconcile' }, aws)).toMatchObject({ outputs: { changed: false, drift: '[]' } })
  })

  test('tags that nobody declares stay', async () => {
    const before = stored('team/app', {}, { tags: { env: 'test', other: 'x' } })
    const { aws } = await run({ resource_tags: 'env=prod', mode: 'reconcile' }, memoryEcr([before]))
    expect(aws.repositories.get('team/app')?.tags).toEqual({ env: 'prod', other: 'x' })
  })

  test('creates what is missing', async () => {
    const { aws, outputs } = await run({ ...ALL, mode: 'reconcile' })
    expect(outputs).toMatchObject({ created: true })
    expect(aws.calls.filter((call) => /^(Get|List)/.test(call))).toEqual([])
  })

  test('another encryption stops it before anything is changed', async () => {
    const aws = memoryEcr([stored('team/app'), AS_DECLARED, stored('bb')])
    const result = await run(
      { repo: 'team/app,bb,cc', encryption: 'KMS', scan_on_push: 'false', mode: 'reconcile' },
      aws,
    )
    expect(failureOf(result)).toBe(
      "Repository 'bb': encryption is AES256, not KMS, and AWS cannot change that for an existing repository. Remove 'encryption' and 'kms_key' from the step, or delete the repository with its images and let the step recreate it.",
    )
    expect(aws.calls.every((call) => call.startsWith('DescribeRepositories'))).toBe(true)
  })
})

test('a file that is not there is told before any call', async () => {
  const result = await run({ lifecycle_policy: 'no.json' })
  expect(failureOf(result)).toContain('nor a file in')
  expect(result.aws.calls).toEqual([])
})

test('an identity that AWS does not tell is no obstacle', async () => {
  const aws = memoryEcr([stored('team/app')])
  const ports = { ...aws.ports, session: { ...aws.ports.session, identity: async () => ({ account: '', arn: '' }) } }
  expect(await main(inputs(), ports, memoryJob())).toMatchObject({ registry_id: '123456789012' })
  expect(await main(inputs({ repo: 'bb', dry_run: 'true' }), ports, memoryJob())).toMatchObject({ registry_id: '' })
})
