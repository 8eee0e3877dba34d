import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withThrottleRetry } from '../../src/ecr/retry-throttled.ts'
import { memoryJob } from '../../src/testing.ts'
import { awsError, recordedAws } from '../support/recorded-aws.ts'

// The pauses are random parts of growing times.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => vi.mocked(Math.random).mockRestore())

const send = async () => undefined

test.each(['ThrottlingException', 'TooManyRequestsException'])('%s is tried again, but not for ever', async (name) => {
  const aws = recordedAws(awsError(name, 'Rate exceeded'))
  const job = memoryJob()
  const call = withThrottleRetry(aws.session, job).call('ecr:CreateRepository', send, 'team/app')
  await expect(call).rejects.toThrow('AWS still throttles ecr:CreateRepository')
  expect(aws.calls).toHaveLength(5)
  expect(job.told.lines).toEqual(Array(4).fill('AWS throttled ecr:CreateRepository; retrying.'))
})

test('what goes well is handed on', async () => {
  const aws = recordedAws({ answer: 1 })
  expect(await withThrottleRetry(aws.session, memoryJob()).call('ecr:X', send, 'team/app')).toEqual({ answer: 1 })
  expect(aws.calls).toEqual([{ action: 'ecr:X', repository: 'team/app', input: undefined }])
})

test.each(['AccessDeniedException', 'LimitExceededException', 'ServerException'])(
  '%s is not tried again',
  async (name) => {
    const aws = recordedAws(awsError(name))
    await expect(withThrottleRetry(aws.session, memoryJob()).call('ecr:X', send)).rejects.toThrow()
    expect(aws.calls).toHaveLength(1)
  },
)

test("AWS_MAX_ATTEMPTS is the user's limit", async () => {
  const aws = recordedAws(awsError('ThrottlingException'))
  await expect(
    withThrottleRetry(aws.session, memoryJob({ AWS_MAX_ATTEMPTS: '3' })).call('ecr:X', send),
  ).rejects.toThrow()
  expect(aws.calls).toHaveLength(1)
})

test('a cancelled job does not wait', async () => {
  vi.mocked(Math.random).mockReturnValue(1)
  const cancel = new AbortController()
  const aws = recordedAws(awsError('ThrottlingException'))
  const call = withThrottleRetry(aws.session, memoryJob({}, { signal: cancel.signal })).call('ecr:X', send)
  cancel.abort()
  await expect(call).rejects.toThrow('aborted')
  expect(aws.calls).toHaveLength(1)
})
