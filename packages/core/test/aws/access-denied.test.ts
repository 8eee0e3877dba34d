import { describe, expect, test } from 'vitest'
import { denialLine } from '../../src/aws/access-denied.ts'

const CALL = { action: 'ecr:CreateRepository', region: 'eu-central-1', source: 'the test' }
const REPOSITORY = 'arn:aws:ecr:eu-central-1:123456789012:repository/app'
const DENIED = 'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:DescribeRepositories'

const line = (message: string, action = CALL.action) => denialLine(message, { ...CALL, action })

describe('a denied call names who may not do what, and the statement to add', () => {
  test.each([
    ['', '*'],
    [' on resource: *', '*'],
    [` on resource: ${REPOSITORY}`, REPOSITORY],
    [
      ` on resource: ${REPOSITORY} because no identity-based policy allows the ecr:DescribeRepositories action`,
      REPOSITORY,
    ],
  ])('%j', (rest, resource) => {
    expect(line(`${DENIED}${rest}`)).toBe(
      `AWS denies ecr:DescribeRepositories to arn:aws:iam::123456789012:user/ci. Add this statement to its IAM policy: {"Effect":"Allow","Action":"ecr:DescribeRepositories","Resource":"${resource}"}`,
    )
  })

  test('of the call itself, where AWS says nothing', () => {
    expect(line('Denied.')).toBe(
      'AWS denies ecr:CreateRepository to this identity. Add this statement to its IAM policy: {"Effect":"Allow","Action":"ecr:CreateRepository","Resource":"*"}',
    )
  })
})

describe('no statement in the IAM policy helps', () => {
  test.each([
    'a service control policy',
    'an identity-based policy',
    'a permissions boundary',
    'a VPC endpoint policy',
  ])('against an explicit deny in %s', (policy) => {
    expect(
      line(`${DENIED} on resource: ${REPOSITORY} with an explicit deny in ${policy}: arn:aws:iam::1:policy/x`),
    ).toBe(
      `AWS denies ecr:DescribeRepositories to arn:aws:iam::123456789012:user/ci on ${REPOSITORY}: an explicit deny in ${policy} forbids it, and no other policy can override that. Change that policy, or use another identity.`,
    )
  })

  test('against an explicit deny that AWS does not name', () => {
    expect(line(`${DENIED} on resource: ${REPOSITORY} with an explicit deny`)).toContain('an explicit deny in a policy')
  })

  test("where another account's repository does not allow it", () => {
    expect(
      line(
        `${DENIED} on resource: ${REPOSITORY} because no resource-based policy allows the ecr:DescribeRepositories action`,
      ),
    ).toBe(
      `AWS denies ecr:DescribeRepositories to arn:aws:iam::123456789012:user/ci on ${REPOSITORY}, which belongs to another account. Add this statement to the repository policy there: {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/ci"},"Action":"ecr:DescribeRepositories"}`,
    )
  })

  test("where another account's repository is still to be created", () => {
    const create = DENIED.replace('DescribeRepositories', 'CreateRepository')
    expect(
      line(
        `${create} on resource: ${REPOSITORY} because no resource-based policy allows the ecr:CreateRepository action`,
      ),
    ).toBe(
      `AWS denies ecr:CreateRepository to arn:aws:iam::123456789012:user/ci on ${REPOSITORY}, which belongs to another account, and a repository that does not exist has no policy yet. Create it in that account, or set 'assume_role' to a role of that account that may.`,
    )
  })

  test.each(['permissions boundary', 'service control policy', 'session policy', 'VPC endpoint policy'])(
    'where the %s allows too little',
    (policy) => {
      expect(
        line(`${DENIED} on resource: ${REPOSITORY} because no ${policy} allows the ecr:DescribeRepositories action`),
      ).toContain(`Add this statement to the ${policy}, which allows too little: {"Effect":"Allow"`)
    },
  )
})

test.each(['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken'])('%s needs two permissions', (action) => {
  expect(line('Denied.', action)).toContain(
    '{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}',
  )
})
