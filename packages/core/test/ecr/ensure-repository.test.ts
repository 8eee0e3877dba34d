import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import type { Ecr, Repository } from '../../src/ecr/ecr.ts'
import { ensureRepository } from '../../src/ecr/ensure-repository.ts'
import { memoryJob } from '../../src/testing.ts'

vi.setConfig({ testTimeout: 60_000 })

const APP: Repository = {
  name: 'team/app',
  uri: 'registry.example/team/app',
  registry: 'registry.example',
  arn: 'arn',
  registryId: '123456789012',
  tagMutability: 'MUTABLE',
  exclusions: [],
  encryptionType: 'AES256',
  kmsKey: undefined,
  scanOnPush: false,
}

/** Answers in the order of the calls; one too many is an error. */
function scriptedEcr(answers: { find: (Repository | undefined)[]; create?: (Repository | undefined)[] }) {
  const calls: string[] = []
  const next = (call: 'find' | 'create') => async (name: string) => {
    calls.push(`${call} ${name}`)
    const list = answers[call] ?? []
    if (list.length === 0) throw new Error(`unexpected ${call}`)
    return list.shift()
  }
  return { calls, find: next('find'), create: next('create') } satisfies Partial<Ecr> & { calls: string[] }
}

const ensure = (ecr: Pick<Ecr, 'find' | 'create'>, create: boolean, job = memoryJob()) =>
  ensureRepository(ecr, 'team/app', { create, input: 'create_repo' }, job)

describe('ensureRepository', () => {
  test('takes the repository that is there', async () => {
    const ecr = scriptedEcr({ find: [APP] })
    const job = memoryJob()
    expect(await ensure(ecr, true, job)).toEqual({ repository: APP, created: false })
    expect(ecr.calls).toEqual(['find team/app'])
    expect(job.changes).toEqual([])
  })

  test('creates the missing one and notes it', async () => {
    const ecr = scriptedEcr({ find: [undefined], create: [APP] })
    const job = memoryJob()
    expect(await ensure(ecr, true, job)).toEqual({ repository: APP, created: true })
    expect(job.changes).toEqual(['created repository team/app'])
  })

  test('does not create where it may not, and says how to', async () => {
    const ecr = scriptedEcr({ find: [undefined] })
    await expect(ensure(ecr, false)).rejects.toThrow(
      new Failure(
        "There is no ECR repository 'team/app' in this registry and region, and the step may not create it. Set 'create_repo: true', or create it first: aws ecr create-repository --repository-name team/app",
      ),
    )
    expect(ecr.calls).toEqual(['find team/app'])
  })

  test('takes what another job created in between, even when ECR shows it only later', async () => {
    const ecr = scriptedEcr({ find: [undefined, undefined, undefined, APP], create: [undefined] })
    const job = memoryJob()
    expect(await ensure(ecr, true, job)).toEqual({ repository: APP, created: false })
    expect(ecr.calls.filter((call) => call.startsWith('find'))).toHaveLength(4)
    expect(job.changes).toEqual([])
  })

  test('creates with the settings of the step', async () => {
    const create = vi.fn<Ecr['create']>(async () => APP)
    const settings = { tagMutability: 'IMMUTABLE', scanOnPush: true } as const
    const ecr = { find: async () => undefined, create }
    await ensureRepository(ecr, 'team/app', { create: true, input: 'create_repo', settings }, memoryJob())
    expect(create.mock.calls).toEqual([['team/app', settings]])
  })

  const denied = new Failure('AWS denies ecr:CreateRepository.', {
    cause: Object.assign(new Error(), { name: 'AccessDeniedException' }),
  })

  test('may do without the permission to create what another job has created', async () => {
    const there = [undefined, APP]
    const ecr = { find: async () => there.shift(), create: () => Promise.reject(denied) }
    expect(await ensure(ecr, true)).toEqual({ repository: APP, created: false })
  })

  const unanswered = new Failure('AWS cannot be reached.', {
    cause: Object.assign(new Error(), { code: 'ECONNRESET' }),
  })
  const throttled = new Failure('AWS still throttles.', {
    cause: Object.assign(new Error(), { name: 'ThrottlingException' }),
  })

  test('takes what a call without an answer has created, and notes it', async () => {
    const there = [undefined, APP]
    const ecr = { find: async () => there.shift(), create: () => Promise.reject(unanswered) }
    const job = memoryJob()
    expect(await ensure(ecr, true, job)).toEqual({ repository: APP, created: true })
    expect(job.changes).toEqual(['created repository team/app'])
  })

  test('does not take for its own what another job created while AWS throttled it', async () => {
    const there = [undefined, APP]
    const ecr = { find: async () => there.shift(), create: () => Promise.reject(throttled) }
    const job = memoryJob()
    expect(await ensure(ecr, true, job)).toEqual({ repository: APP, created: false })
    expect(job.changes).toEqual([])
  })

  test('says that it does not know where AWS answers no more', async () => {
    const find = vi.fn<Ecr['find']>().mockResolvedValueOnce(undefined).mockRejectedValueOnce(unanswered)
    await expect(ensure({ find, create: () => Promise.reject(unanswered) }, true)).rejects.toThrow(
      new Failure('AWS cannot be reached. Whether repository team/app was created is not known.'),
    )
  })

  test.each([denied, unanswered, new Failure('ECR is full.')])(
    'fails with what keeps it from creating: %s',
    async (failure) => {
      const ecr = { find: vi.fn(async () => undefined), create: () => Promise.reject(failure) }
      await expect(ensure(ecr, true)).rejects.toBe(failure)
      expect(ecr.find).toHaveBeenCalledTimes(failure.cause === undefined ? 1 : 2)
    },
  )

  test('gives up when ECR contradicts itself', async () => {
    // The pauses are random parts of growing times.
    onTestFinished(() => vi.mocked(Math.random).mockRestore())
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const ecr = scriptedEcr({ find: [undefined, ...Array.from({ length: 5 }, () => undefined)], create: [undefined] })
    await expect(ensure(ecr, true)).rejects.toThrow(
      new Failure("ECR reports both that repository 'team/app' exists and that it does not. Run the job again."),
    )
  })

  test('stops looking when the job is cancelled', async () => {
    const cancel = new AbortController()
    const ecr = { find: async () => undefined, create: async () => cancel.abort(new Error('Cancelled')) ?? undefined }
    await expect(ensure(ecr, true, memoryJob({}, { signal: cancel.signal }))).rejects.toThrow('aborted')
  })
})
