import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repositoryPolicyProblem } from '../../src/policy/repository-policy.ts'
import { repositoryPreset } from '../../src/policy/repository-preset.ts'

const PLACE = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' }
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

const preset = (...terms: string[]) => {
  const reading = repositoryPreset('It', terms)
  return reading.kind === 'policy' ? reading.policy(PLACE) : reading.line
}

test('every kind of term', () => {
  expect(
    preset('pull:111122223333', 'lambda', 'pull:o-a1b2c3d4e5', 'pull:444455556666', 'lambda:111122223333', 'lambda'),
  ).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PullByAccounts',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws-cn:iam::111122223333:root', 'arn:aws-cn:iam::444455556666:root'] },
        Action: PULL,
      },
      {
        Sid: 'PullByOrganizations',
        Effect: 'Allow',
        Principal: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5'] } },
        Action: PULL,
      },
      {
        Sid: 'PullByLambda',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Condition: {
          StringLike: {
            'aws:SourceArn': [
              'arn:aws-cn:lambda:cn-north-1:123456789012:function:*',
              'arn:aws-cn:lambda:cn-north-1:111122223333:function:*',
            ],
          },
        },
        Action: PULL,
      },
    ],
  })
})

test('nothing is opened that no term names', () => {
  expect(preset('lambda')).toMatchObject({ Statement: [{ Sid: 'PullByLambda' }] })
  expect(preset('pull:111122223333')).toMatchObject({ Statement: [{ Sid: 'PullByAccounts' }] })
})

test.each(['pull', 'pull:', 'pull:1111', 'pull:*', 'pull:o-', 'pull:o-A1B2C3D4E5', 'lambda:', 'lambda:x', 'push:1'])(
  '%j is refused',
  (term) => {
    expect(preset('lambda', term)).toBe(
      `It has ${JSON.stringify(term)}, which is none of pull: with the 12 digits of an account or the id of an organization (o-…), lambda, and lambda: with the 12 digits of an account.`,
    )
  },
)

test('every preset is a policy that IAM takes', () => {
  const account = fc.stringMatching(/^\d{12}$/)
  const term = fc.oneof(
    fc.constant('lambda'),
    account.map((id) => `pull:${id}`),
    account.map((id) => `lambda:${id}`),
  )
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 20 }), (terms) => {
      const policy = preset(...terms)
      expect(policy).toBeTypeOf('object')
      if (typeof policy !== 'string') expect(repositoryPolicyProblem('It', policy)).toBeUndefined()
    }),
  )
})
