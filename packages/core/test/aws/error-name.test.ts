import { expect, test } from 'vitest'
import { awsErrorName, undefinedOnError } from '../../src/aws/error-name.ts'
import { Failure } from '../../src/base/failure.ts'

const missing = new Failure('There is none.', {
  cause: Object.assign(new Error(), { name: 'LifecyclePolicyNotFoundException' }),
})

test.each([
  [missing, 'LifecyclePolicyNotFoundException'],
  [new Failure('No cause.'), undefined],
  [new Failure('Odd.', { cause: 'text' }), undefined],
  [new Error('No failure.', { cause: new Error('x') }), undefined],
  [undefined, undefined],
])('%s was caused by %s', (error, name) => {
  expect(awsErrorName(error)).toBe(name)
})

test('only the error of that name stands for nothing', async () => {
  const fail = () => Promise.reject(missing)
  expect(await undefinedOnError('LifecyclePolicyNotFoundException', fail)).toBeUndefined()
  await expect(undefinedOnError('RepositoryNotFoundException', fail)).rejects.toBe(missing)
  expect(await undefinedOnError('LifecyclePolicyNotFoundException', async () => 1)).toBe(1)
})
