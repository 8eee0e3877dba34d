import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizePolicy, verdict } from '../src/model/policy.ts'

const role = { account: '111122223333', arn: 'arn:aws:sts::111122223333:assumed-role/ci/job-7' }

const says = (Principal: unknown, Action: unknown = 'ecr:*', Effect = 'Allow') =>
  verdict(JSON.stringify({ Statement: { Effect, Principal, Action } }), role, 'ecr:PutImage')

test.for<[unknown, 'allow' | undefined]>([
  ['*', 'allow'],
  [{ AWS: '*' }, 'allow'],
  [{ AWS: '111122223333' }, 'allow'],
  [{ AWS: ['222233334444', 'arn:aws:iam::111122223333:root'] }, 'allow'],
  [{ AWS: 'arn:aws:iam::111122223333:role/ci' }, 'allow'],
  [{ AWS: 'arn:aws:sts::111122223333:assumed-role/ci/job-7' }, 'allow'],
  [{ AWS: 'arn:aws:iam::111122223333:role/other' }, undefined],
  [{ AWS: 'arn:aws:iam::222233334444:role/ci' }, undefined],
  [{ AWS: 'arn:aws:iam::222233334444:root' }, undefined],
  [{ Service: 'lambda.amazonaws.com' }, undefined],
])('principal %j', ([principal, expected]) => {
  expect(says(principal)).toBe(expected)
})

test.for<[unknown, 'allow' | undefined]>([
  ['ecr:PutImage', 'allow'],
  ['ecr:putimage', 'allow'],
  ['ecr:Put*', 'allow'],
  ['*', 'allow'],
  [['ecr:BatchGetImage', 'ecr:PutImage'], 'allow'],
  ['ecr:PutImageTagMutability', undefined],
  ['ecr:Get*', undefined],
])('action %j', ([action, expected]) => {
  expect(says('*', action)).toBe(expected)
})

test('a denial wins', () => {
  const statements = [
    { Effect: 'Allow', Principal: '*', Action: '*' },
    { Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' },
  ]
  expect(verdict(JSON.stringify({ Statement: statements }), role, 'ecr:PutImage')).toBe('deny')
})

test('what is printed means what was given', () => {
  const statement = fc.record({
    Sid: fc.string(),
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.constantFrom('*', { AWS: ['arn:aws:iam::111122223333:root'] }),
    Action: fc.array(fc.constantFrom('ecr:PutImage', 'ecr:*', '*'), { minLength: 1 }),
    Condition: fc.dictionary(fc.string(), fc.jsonValue()),
  })
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1 }), (Statement) => {
      const policy = JSON.stringify({ Version: '2012-10-17', Statement })
      expect(JSON.parse(normalizePolicy(policy, 'aws'))).toEqual(JSON.parse(policy))
    }),
  )
})
