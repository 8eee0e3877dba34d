import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../packages/ecr-local/src/index.ts'
import { clientOf, errorsOf, type Given, useRepositoryAction } from './support/ecr-repository.ts'
import { createJob, leaks } from './support/runner.ts'

const { ecr, fails, stateOf } = useRepositoryAction()

const fault = (operation: string, error: string, message?: string): Fault => ({
  operation,
  service: 'ecr',
  error,
  ...(message === undefined ? {} : { message }),
})

/** The denied call and the statement that allows it. */
const denied = (action: string, resource = 'team/app') =>
  new RegExp(
    `^AWS denies ecr:${action} .*"Effect":"Allow","Action":"ecr:${action}","Resource":"arn:aws:ecr:.*:repository/${resource}"`,
  )

/** Each of them once more would be tried for a minute. */
const IMPATIENT = { AWS_MAX_ATTEMPTS: '2' }

const RECONCILE = { mode: 'reconcile' }
const KEEP = { ...RECONCILE, lifecycle_policy: 'keep:30' }
const PULL = { ...RECONCILE, repository_policy: 'lambda' }
const TAGS = { ...RECONCILE, resource_tags: 'team=web' }

describe('an error of ECR is one line: where the repository is there', () => {
  it.each<[string, Given, Fault, RegExp]>([
    ['read denied', {}, fault('DescribeRepositories', 'AccessDeniedException'), denied('DescribeRepositories', '.*')],
    [
      'session expired',
      {},
      fault('DescribeRepositories', 'ExpiredTokenException'),
      /^The AWS session from .* has expired\. Get new credentials before this step\.$/,
    ],
    [
      'throttled',
      {},
      fault('DescribeRepositories', 'ThrottlingException'),
      /^AWS still throttles ecr:DescribeRepositories in eu-central-1 after all retries/,
    ],
    [
      "AWS's own error",
      {},
      fault('DescribeRepositories', 'ServerException'),
      /^ECR failed at repository 'team\/app' with an error of its own, after all retries: Internal error\. Run the job again\.$/,
    ],
    [
      'something new',
      {},
      fault('DescribeRepositories', 'NovelException', 'Never seen.'),
      /^ecr:DescribeRepositories for repository 'team\/app' failed in eu-central-1: NovelException: Never seen\.$/,
    ],
    [
      'connection reset',
      {},
      { operation: 'DescribeRepositories', connection: 'reset' },
      /^ecr:DescribeRepositories for repository 'team\/app' failed: AWS cannot be reached in region eu-central-1 \(ECONNRESET\)/,
    ],
    [
      'lifecycle policy unreadable',
      KEEP,
      fault('GetLifecyclePolicy', 'AccessDeniedException'),
      denied('GetLifecyclePolicy'),
    ],
    [
      'lifecycle policy denied',
      KEEP,
      fault('PutLifecyclePolicy', 'AccessDeniedException'),
      denied('PutLifecyclePolicy'),
    ],
    [
      'lifecycle policy refused',
      KEEP,
      fault('PutLifecyclePolicy', 'InvalidParameterException', 'Lifecycle policy validation failure: no'),
      /^ECR refuses lifecycle_policy of repository 'team\/app': Lifecycle policy validation failure: no\. Correct the input 'lifecycle_policy'\.$/,
    ],
    [
      'deleted in between',
      KEEP,
      fault('PutLifecyclePolicy', 'RepositoryNotFoundException', 'It does not exist'),
      /^Repository 'team\/app' was deleted while this step worked on it: It does not exist\. Run the job again\.$/,
    ],
    ['policy unreadable', PULL, fault('GetRepositoryPolicy', 'AccessDeniedException'), denied('GetRepositoryPolicy')],
    ['policy denied', PULL, fault('SetRepositoryPolicy', 'AccessDeniedException'), denied('SetRepositoryPolicy')],
    [
      'policy refused',
      PULL,
      fault('SetRepositoryPolicy', 'InvalidParameterException', 'Invalid repository policy provided'),
      /^ECR refuses repository_policy of repository 'team\/app': Invalid repository policy provided\. Correct the input 'repository_policy', or set 'force_policy: true'/,
    ],
    [
      'tags unreadable',
      TAGS,
      fault('ListTagsForResource', 'AccessDeniedException'),
      denied('ListTagsForResource', '.*'),
    ],
    ['tags denied', TAGS, fault('TagResource', 'AccessDeniedException'), denied('TagResource', '.*')],
    [
      'tags refused',
      TAGS,
      fault('TagResource', 'InvalidTagParameterException', 'The tag is invalid'),
      /^ECR refuses resource_tags of repository 'team\/app': The tag is invalid\. Correct the input 'resource_tags'\.$/,
    ],
    [
      'too many tags',
      TAGS,
      fault('TagResource', 'TooManyTagsException', 'Over the limit.'),
      /^ECR refuses resource_tags of repository 'team\/app': Over the limit\. Tags that the repository has already count too/,
    ],
    [
      'mutability denied',
      { ...RECONCILE, image_tag_mutability: 'IMMUTABLE' },
      fault('PutImageTagMutability', 'AccessDeniedException'),
      denied('PutImageTagMutability'),
    ],
    [
      'scanning refused',
      { ...RECONCILE, scan_on_push: true },
      fault('PutImageScanningConfiguration', 'ValidationException', 'Not with this registry.'),
      /^ECR refuses scan_on_push of repository 'team\/app': Not with this registry\. Correct the input 'scan_on_push'\.$/,
    ],
  ])('%s', async (_, given, struck, line) => {
    await clientOf(ecr()).send(new CreateRepositoryCommand({ repositoryName: 'team/app' }))
    ecr().addFault(struck)
    expect(await fails({ repo: 'team/app', ...given }, { env: IMPATIENT })).toMatch(line)
  })
})

describe('an error of ECR is one line: at the creation', () => {
  it.each<[string, Fault, RegExp]>([
    ['denied', fault('CreateRepository', 'AccessDeniedException'), denied('CreateRepository', '.*')],
    [
      'quota used up',
      fault('CreateRepository', 'LimitExceededException', 'The operation would exceed a limit'),
      /^A quota of ECR is used up, at repository 'team\/app': The operation would exceed a limit\. Delete what nobody needs/,
    ],
    [
      'parameter refused',
      fault('CreateRepository', 'InvalidParameterException', "Invalid parameter at 'encryptionConfiguration'"),
      /^ECR refuses repository 'team\/app': Invalid parameter at 'encryptionConfiguration'\. Correct the step's inputs\.$/,
    ],
    [
      'tags refused',
      fault('CreateRepository', 'InvalidTagParameterException', 'The tag is invalid'),
      /^ECR refuses resource_tags of repository 'team\/app': The tag is invalid\./,
    ],
    [
      'too many tags',
      fault('CreateRepository', 'TooManyTagsException', 'Over the limit'),
      /^ECR refuses resource_tags of repository 'team\/app': Over the limit\./,
    ],
    [
      'key refused',
      fault('CreateRepository', 'KmsException', 'Key is disabled'),
      /^KMS refuses the key for repository 'team\/app': Key is disabled\. Check that 'kms_key' is an enabled symmetric key/,
    ],
    [
      "AWS's own error",
      fault('CreateRepository', 'ServerException'),
      /^ECR failed at repository 'team\/app' with an error of its own/,
    ],
    [
      'exists and does not',
      fault('CreateRepository', 'RepositoryAlreadyExistsException', 'It exists'),
      /^ECR says that repository 'team\/app' exists and that it does not\. Run the job again\.$/,
    ],
    [
      'its policy refused',
      fault('PutLifecyclePolicy', 'InvalidParameterException', 'No such rule'),
      /^ECR refuses lifecycle_policy .* Repository 'team\/app' exists now without it: then run this step once with 'mode: reconcile'\. Already done: created repository team\/app\.$/,
    ],
  ])('%s', async (_, struck, line) => {
    ecr().addFault(struck)
    const given = { repo: 'team/app', lifecycle_policy: 'keep:30', resource_tags: 'team=web' }
    expect(await fails(given, { env: IMPATIENT })).toMatch(line)
  })
})

describe('credentials that do not work are one line', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['unknown key', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN000000000' }, /^AWS does not know the access key from /],
    ['wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong-wrong-wrong' }, /^AWS refuses the secret access key from /],
    ['nobody there', { AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:1' }, /AWS cannot be reached .*\(ECONNREFUSED\)/],
  ])('%s', async (_, env, line) => {
    expect(await fails({ repo: 'team/app' }, { env: { ...env, ...IMPATIENT } })).toMatch(line)
  })
})

describe('what goes wrong for a while goes well', () => {
  const passing = { service: 'ecr', operation: '*' } as const

  it.each<[string, Fault]>([
    ['throttling', { ...passing, error: 'ThrottlingException', times: 3 }],
    ["AWS's own errors", { ...passing, error: 'ServerException', times: 2 }],
    ['connections that break', { ...passing, connection: 'reset', times: 2 }],
    ['half an answer to the creation', { operation: 'CreateRepository', connection: 'half', times: 1 }],
  ])('%s', async (_, struck) => {
    ecr().addFault(struck)
    await using job = await createJob({ machine: ecr().environment })
    const step = await job.run('ecr-repository', { with: { repo: 'team/app', lifecycle_policy: 'keep:30' } })
    expect(step.conclusion, step.log).toBe('success')
    expect((await stateOf('team/app')).lifecycle.rules).toHaveLength(1)
  })
})

describe.each(['SIGINT', 'SIGTERM'] as const)('on %s the step ends with what it did', (signal) => {
  it.each([
    ['DescribeRepositories', 'Read', 'Nothing was changed.'],
    ['PutLifecyclePolicy', 'Change', 'Already done: created repository team/app.'],
  ])('in the middle of %s', async (operation, phase, end) => {
    ecr().addFault({ operation, delayMs: 60_000 })
    await using job = await createJob({ machine: ecr().environment })
    const handle = job.start('ecr-repository', { with: { repo: 'team/app', lifecycle_policy: 'keep:30' } })
    await expect.poll(() => ecr().calls.some((call) => call.operation === operation), { timeout: 30_000 }).toBe(true)
    handle.signal(signal)
    const step = await handle.result
    expect(errorsOf(step)).toEqual([`Cancelled by ${signal} during '${phase} team/app'. ${end}`])
    expect(step.leftovers).toEqual([])
    expect(step.files.temp).toEqual([])
    expect(leaks(job, [ecr().environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...step.masks])).toEqual([])
  })
})
