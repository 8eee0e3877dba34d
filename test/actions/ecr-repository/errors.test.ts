import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../packages/ecr-local/src/index.ts'
import { createJob, leaks } from '../../../packages/runner-harness/src/index.ts'
import { errorsOf, useRepositoryAction } from '../../support/ecr-repository.ts'

const { ecr, fails, stateOf } = useRepositoryAction()

/** Each of them once more would be tried for a minute. */
const IMPATIENT = { AWS_MAX_ATTEMPTS: '2' }

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
    [
      'PutLifecyclePolicy',
      'Change',
      'Whether lifecycle_policy of team/app was set is not known. Already done: created repository team/app.',
    ],
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
