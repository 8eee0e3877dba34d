import { Failure, type Repository } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { main } from '../src/main.ts'
import { inputs } from './support/inputs.ts'
import { memoryEcr, refused, repositoryNamed, type Stored } from './support/memory-ecr.ts'

const stored = (name: string, more: Partial<Repository> = {}, rest: Omit<Stored, 'repository'> = {}): Stored => ({
  repository: repositoryNamed(name, more),
  ...rest,
})

const ALL = {
  image_tag_mutability: 'IMMUTABLE',
  immutable_except: 'latest',
  scan_on_push: 'true',
  encryption: 'KMS',
  lifecycle_policy: 'keep:30',
  repository_policy: 'pull:111122223333',
  resource_tags: 'team=web',
}
const KEPT = `{"rules":[{"rulePriority":1,"description":"Keep the newest 30 images","selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":30},"action":{"type":"expire"}}]}`
const PULL = `{"Version":"2012-10-17","Statement":{"Sid":"PullByAccounts","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"]}}`
const AS_DECLARED = stored(
  'team/app',
  { tagMutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest'], scanOnPush: true, encryptionType: 'KMS' },
  { lifecycle: KEPT, policy: PULL, tags: { team: 'web', other: 'x' } },
)

/** Runs the step; a failure is part of the answer. */
async function run(given: Record<string, string>, aws = memoryEcr(), job = memoryJob()) {
  const result = await main(inputs(given), aws.ports, job).then(
    (outputs) => ({ outputs, error: undefined }),
    (error: unknown) => ({ outputs: undefined, error }),
  )
  return { ...result, aws, job, lines: job.told.lines.filter((line) => !line.startsWith('group:')) }
}

const failureOf = ({ error }: { error: unknown }) => {
  expect(error).toBeInstanceOf(Failure)
  return (error as Failure).message
}

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
      "Found 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app, left as it is: encryption is AES256, not KMS; image_tag_mutability is MUTABLE, not IMMUTABLE_WITH_EXCLUSION of latest; scan_on_push is false, not true. 'mode: reconcile' would change it.",
    ])
    expect(JSON.parse(outputs?.drift ?? '')).toHaveLength(3)
    expect(outputs).toMatchObject({ changed: false, image_tag_mutability: 'MUTABLE' })
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
  })
})

describe('a race for the creation', () => {
  /** Another job creates the repository just before this one does. */
  const lost = (winner: Stored) => {
    const aws = memoryEcr([], (call) => {
      if (call === 'CreateRepository team/app') aws.repositories.set('team/app', structuredClone(winner))
    })
    return aws
  }

  test('is lost to a job that has set everything', async () => {
    const { aws, outputs, job } = await run(ALL, lost(AS_DECLARED))
    expect(aws.calls).toEqual([
      'DescribeRepositories team/app',
      'CreateRepository team/app',
      'DescribeRepositories team/app',
      'GetLifecyclePolicy team/app',
      'GetRepositoryPolicy team/app',
    ])
    expect(outputs).toMatchObject({ created: false, changed: false })
    expect(job.changes).toEqual([])
  })

  test('is lost to a job that was ended after its creation: the policies are set', async () => {
    const { aws, outputs } = await run(ALL, lost(stored('team/app')))
    expect(outputs).toMatchObject({ created: false, changed: true })
    expect(aws.repositories.get('team/app')?.lifecycle).toBe(KEPT)
    expect(aws.repositories.get('team/app')?.policy).toContain('PullByAccounts')
    expect(aws.repositories.get('team/app')?.repository.tagMutability).toBe('MUTABLE')
  })

  test("is lost to a job with other policies, which are that job's", async () => {
    const winner = stored('team/app', {}, { lifecycle: '{"rules":[1]}', policy: '{}' })
    const { aws, outputs } = await run(ALL, lost(winner))
    expect(outputs).toMatchObject({ created: false, changed: false })
    expect(aws.repositories.get('team/app')).toEqual(winner)
  })

  test('in reconcile, everything is brought in line', async () => {
    const given = { ...ALL, encryption: 'AES256', mode: 'reconcile' }
    const { aws, outputs } = await run(given, lost(stored('team/app')))
    expect(outputs).toMatchObject({ created: false, changed: true, image_tag_mutability: 'IMMUTABLE_WITH_EXCLUSION' })
    expect(aws.repositories.get('team/app')).toMatchObject({ lifecycle: KEPT, tags: { team: 'web' } })
  })

  test('in reconcile, another encryption is an obstacle', async () => {
    const result = await run({ ...ALL, mode: 'reconcile' }, lost(stored('team/app')))
    expect(failureOf(result)).toContain('AWS cannot change that after the creation')
    expect(result.job.changes).toEqual([])
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
      "Repository 'bb': encryption is AES256, not KMS, and AWS cannot change that after the creation. Take 'encryption' and 'kms_key' out of the step, or delete the repository with its images and let the step create it again.",
    )
    expect(aws.calls.every((call) => call.startsWith('DescribeRepositories'))).toBe(true)
  })
})

describe('check', () => {
  test('passes where all is as declared', async () => {
    const { outputs, lines, aws } = await run({ ...ALL, mode: 'check' }, memoryEcr([AS_DECLARED]))
    expect(outputs).toMatchObject({ drift: '[]', changed: false })
    expect(lines).toEqual(['team/app: as declared'])
    expect(aws.calls).toHaveLength(4)
  })

  test('fails with a line for each repository and the drift as JSON, and changes nothing', async () => {
    const aws = memoryEcr([AS_DECLARED, stored('bb', {}, { policy: '{}', tags: { team: 'x' } })])
    const result = await run({ ...ALL, repo: 'team/app\nmissing\nbb', mode: 'check' }, aws)
    expect(failureOf(result).split('\n')).toEqual([
      "Repository 'missing' is not as declared: it does not exist. Run this step with 'mode: ensure' to create it.",
      "Repository 'bb' is not as declared: encryption is AES256, not KMS; image_tag_mutability is MUTABLE, not IMMUTABLE_WITH_EXCLUSION of latest; scan_on_push is false, not true; there is no lifecycle_policy; repository_policy differs; resource tag 'team' is 'x', not 'web'. AWS cannot change the encryption after the creation.",
    ])
    const { drift, ...outputs } = (result.error as Failure).outputs
    expect(outputs).toMatchObject({ created: false, changed: false, repository_name: 'team/app\nmissing\nbb' })
    const entries: { repository: string; setting: string }[] = JSON.parse(String(drift))
    expect(entries.map(({ repository, setting }) => `${repository} ${setting}`)).toEqual([
      'missing repo',
      'bb encryption',
      'bb image_tag_mutability',
      'bb scan_on_push',
      'bb lifecycle_policy',
      'bb repository_policy',
      'bb resource_tags',
    ])
    expect(entries[2]).toEqual({
      repository: 'bb',
      setting: 'image_tag_mutability',
      declared: 'IMMUTABLE_WITH_EXCLUSION of latest',
      actual: 'MUTABLE',
    })
    expect(aws.calls.filter((call) => !/^(Describe|Get|List)/.test(call))).toEqual([])
    expect(result.job.told.summary.join()).toContain('it does not exist')
  })

  test('names the cure that helps', async () => {
    const result = await run({ scan_on_push: 'true', mode: 'check' }, memoryEcr([stored('team/app')]))
    expect(failureOf(result)).toBe(
      "Repository 'team/app' is not as declared: scan_on_push is false, not true. Run this step with 'mode: reconcile' to change it.",
    )
  })
})

describe('several repositories', () => {
  const names = Array.from({ length: 30 }, (_, index) => `team/app-${index}`)

  test('that are all there take one call', async () => {
    const { aws, outputs } = await run({ repo: names.join() }, memoryEcr(names.map((name) => stored(name))))
    expect(aws.calls).toHaveLength(1)
    expect(outputs?.repository_name).toBe(names.join('\n'))
    expect(outputs?.repository_uri.split('\n')).toHaveLength(30)
  })

  test('more than ECR describes in one call are asked for one by one', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `a${index}`)
    const { aws, outputs } = await run({ repo: many.join() }, memoryEcr(many.map((name) => stored(name))))
    expect(aws.calls).toHaveLength(101)
    expect(outputs?.repository_name).toBe(many.join('\n'))
  })

  test('one that fails does not keep the others from being done, and all that was done is noted', async () => {
    const aws = memoryEcr([], (call) => {
      if (call === 'CreateRepository team/app-3') throw refused('LimitExceededException')
      if (call === 'CreateRepository team/app-7') throw refused('AccessDeniedException')
    })
    const result = await run({ repo: names.join() }, aws)
    expect(failureOf(result).split('\n')).toEqual([
      expect.stringMatching(/^A quota of ECR is used up/),
      'AWS refuses: AccessDeniedException',
    ])
    expect(result.job.changes).toHaveLength(28)
    expect(result.job.changes).toContain('created repository team/app-29')
    expect(result.job.told.summary.join().match(/<code>failed<\/code>/g)).toHaveLength(2)
  })

  test('a bug is not hidden among failures', async () => {
    const aws = memoryEcr([], (call) => {
      if (call === 'CreateRepository team/app-3') throw refused('AccessDeniedException')
      if (call === 'CreateRepository team/app-7') throw new TypeError('bug')
    })
    expect((await run({ repo: names.join() }, aws)).error).toEqual(new TypeError('bug'))
  })

  test('a refused read is a failure, and nothing is created', async () => {
    const aws = memoryEcr([], (call) => {
      if (call.startsWith('DescribeRepositories')) throw refused('AccessDeniedException')
    })
    expect(failureOf(await run({ repo: names.join() }, aws))).toBe('AWS refuses: AccessDeniedException')
    expect(aws.calls).toHaveLength(1)
  })
})

describe('dry_run', () => {
  test('shows policy and calls of a creation, and makes none', async () => {
    const { aws, outputs, lines, job } = await run({ ...ALL, dry_run: 'true' })
    expect(aws.calls).toEqual(['DescribeRepositories team/app'])
    expect(outputs).toMatchObject({ created: false, changed: false, repository_uri: '', registry: '' })
    const [policy = '', ...calls] = lines
    expect(JSON.parse(policy)).toMatchObject({
      Statement: [{ Resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app' }],
    })
    expect(calls).toEqual([
      'ecr:CreateRepository team/app {"encryption":"KMS","image_tag_mutability":"IMMUTABLE_WITH_EXCLUSION of latest","scan_on_push":true,"resource_tags":{"team":"web"}}',
      `ecr:PutLifecyclePolicy team/app ${KEPT}`,
      expect.stringMatching(/^ecr:SetRepositoryPolicy team\/app \{.*"PullByAccounts"/),
    ])
    const summary = job.told.summary.join()
    for (const line of lines) expect(summary).toContain(line)
    expect(summary).toContain('would be created')
  })

  test('shows the changes of a reconciliation', async () => {
    const given = { scan_on_push: 'true', resource_tags: 'a=b, c=d', mode: 'reconcile', dry_run: 'true' }
    const { aws, lines } = await run(given, memoryEcr([stored('team/app', {}, { tags: { a: 'b' } })]))
    expect(lines.slice(1)).toEqual([
      'ecr:PutImageScanningConfiguration team/app true',
      'ecr:TagResource team/app {"c":"d"}',
    ])
    expect(aws.calls).toEqual(['DescribeRepositories team/app', 'ListTagsForResource team/app'])
  })

  test.each([
    ['ensure', stored('team/app')],
    ['reconcile', AS_DECLARED],
  ])('shows that %s would do nothing', async (mode, before) => {
    const { lines, job } = await run({ ...ALL, mode, dry_run: 'true' }, memoryEcr([before]))
    expect(lines.slice(1)).toEqual(['None: there is nothing to do.'])
    expect(job.told.summary.join()).toContain('nothing to do')
  })

  test('shows the policy even where the first call is refused', async () => {
    const aws = memoryEcr([], () => {
      throw refused('AccessDeniedException')
    })
    const { lines, error } = await run({ dry_run: 'true' }, aws)
    expect(error).toBeInstanceOf(Failure)
    expect(lines[0]).toContain('ecr:CreateRepository')
  })

  test('of a check is a check', async () => {
    const result = await run({ scan_on_push: 'true', mode: 'check', dry_run: 'true' }, memoryEcr([stored('team/app')]))
    expect(failureOf(result)).toContain('is not as declared')
    expect(result.lines[0]).not.toContain('CreateRepository')
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
