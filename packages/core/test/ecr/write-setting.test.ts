import { expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { writeSetting } from '../../src/ecr/write-setting.ts'
import { memoryJob } from '../../src/testing.ts'

const WHAT = 'the policy of repository app was set'

const write = (cause: Error) =>
  writeSetting(WHAT, () => Promise.reject(new Failure('It failed', { cause })), memoryJob({}))

test.each([
  ['no answer', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ["an error of AWS's own", Object.assign(new Error('x'), { $metadata: { httpStatusCode: 500 } })],
])('%s leaves open whether the setting was written', async (_, cause) => {
  await expect(write(cause)).rejects.toThrow(new Failure(`It failed. Whether ${WHAT} is not known.`))
})

test('an answer says that it was not', async () => {
  const throttled = Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
  })
  await expect(write(throttled)).rejects.toThrow(new Failure('It failed'))
})
