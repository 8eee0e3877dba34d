import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { principalOf, type RoleAttempt, roleFailure } from '../../src/credentials/role-failure.ts'

const ROLE = 'arn:aws:iam::111122223333:role/deploy'
const ATTEMPT: RoleAttempt = {
  roleArn: ROLE,
  region: 'eu-central-1',
  source: 'the test',
  durationSeconds: 7200,
  externalId: undefined,
}
const CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:octo-org/app:ref:refs/heads/main',
  aud: 'sts.amazonaws.com',
}
const GITHUB = { name: "GitHub's OIDC token", claims: CLAIMS }
const FROM_GITHUB: RoleAttempt = { ...ATTEMPT, source: GITHUB.name, token: GITHUB }

const named = (name: string, message = 'What AWS says.') => Object.assign(new Error(message), { name })
const line = (error: unknown, attempt = ATTEMPT) => roleFailure(error, attempt).message

const denied = (principal: string) =>
  named('AccessDenied', `User: ${principal} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`)

describe('a role that AWS denies to keys', () => {
  test('needs both sides: the statements are told for the role behind a session', () => {
    expect(line(denied('arn:aws:sts::123456789012:assumed-role/ci/session'))).toBe(
      `AWS denies role ${ROLE} to arn:aws:iam::123456789012:role/ci from the test. Both sides have to allow it: add {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"${ROLE}"} to the IAM policy of arn:aws:iam::123456789012:role/ci, and {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/ci"},"Action":"sts:AssumeRole"} to the trust policy of the role. If the role requires an external ID, set 'external_id'.`,
    )
  })

  test('with the external id that was given as its condition', () => {
    const said = line(denied('arn:aws:iam::123456789012:user/ci'), { ...ATTEMPT, externalId: 'x-1' })
    expect(said).toContain('"Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}')
    expect(said).not.toContain("'external_id'")
  })

  test('without a word from whom', () => {
    expect(line(named('AccessDenied'))).toContain('{"AWS":"the ARN of the identity"}')
  })

  test('is no matter of statements where an explicit deny forbids it', () => {
    const { message } = denied('arn:aws:iam::123456789012:user/ci')
    expect(line(named('AccessDenied', `${message} with an explicit deny in a service control policy`))).toMatch(
      /^AWS denies sts:AssumeRole to arn:aws:iam::123456789012:user\/ci on \S+: an explicit deny in a service control policy/,
    )
  })
})

test("a role that AWS denies to GitHub's token needs that job in its trust policy", () => {
  expect(line(named('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'), FROM_GITHUB)).toBe(
    `AWS denies role ${ROLE} to GitHub's OIDC token, whose subject is 'repo:octo-org/app:ref:refs/heads/main'. Check the ARN, and add {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:octo-org/app:ref:refs/heads/main"}}} to the trust policy of the role.`,
  )
})

test.each(['InvalidIdentityToken', 'InvalidIdentityTokenException'])('%s is about the OIDC provider', (name) => {
  expect(line(named(name, 'No OpenIDConnect provider found in your account.'), FROM_GITHUB)).toBe(
    `AWS does not take GitHub's OIDC token for role ${ROLE}: No OpenIDConnect provider found in your account. The account needs an IAM OIDC provider for https://token.actions.githubusercontent.com with the audience 'sts.amazonaws.com', which input 'oidc_audience' names.`,
  )
})

test("the token of a pod has no input of this step's for its audience", () => {
  const token = { name: 'the token in /var/run/token', claims: CLAIMS }
  const said = line(named('InvalidIdentityToken', 'Incorrect token audience'), { ...ATTEMPT, token })
  expect(said).toMatch(
    /^AWS does not take the token in \/var\/run\/token for role .* with the audience 'sts.amazonaws.com'\.$/,
  )
})

test.each([
  ['InvalidIdentityToken', "Couldn't retrieve verification key from your identity provider"],
  ['IDPCommunicationError', 'An error occurred while communicating with the identity provider'],
])('%s is no matter of the OIDC provider where STS could not ask it', (name, message) => {
  expect(line(named(name, message), FROM_GITHUB)).toBe(
    `AWS could not verify GitHub's OIDC token for role ${ROLE} after all retries: ${message}. Run the job again; if the error persists, check that https://token.actions.githubusercontent.com can be reached from the internet.`,
  )
})

test('a token that has expired is no session', () => {
  expect(line(named('ExpiredTokenException', 'Token expired: current date/time 2 must be before 1'), FROM_GITHUB)).toBe(
    `AWS does not take GitHub's OIDC token for role ${ROLE}: Token expired: current date/time 2 must be before 1. Get a new one.`,
  )
})

describe('a duration that is too long', () => {
  test.each([
    [
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      `Input 'role_duration_seconds' is 7200, and role ${ROLE} allows less. Lower it (the action renews the session by itself), or raise the maximum session duration of the role.`,
    ],
    [
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      "Input 'role_duration_seconds' is 7200, but a role session that is assumed from another role session lasts at most 3600. Lower it; the action renews the session by itself.",
    ],
  ])('%s', (message, said) => {
    expect(line(named('ValidationError', message))).toBe(said)
  })
})

describe('anything else is told as for every call', () => {
  test.each([
    [
      named('ValidationError', 'x is invalid'),
      ATTEMPT,
      'sts:AssumeRole failed in eu-central-1: ValidationError: x is invalid.',
    ],
    [
      named('ExpiredToken'),
      ATTEMPT,
      'The AWS session from the test has expired. Get new credentials before this step.',
    ],
    [
      named('InvalidIdentityToken'),
      ATTEMPT,
      'sts:AssumeRole failed in eu-central-1: InvalidIdentityToken: What AWS says.',
    ],
  ])('%s', (error, attempt, said) => {
    expect(line(error, attempt)).toBe(said)
  })

  test('a Failure stays itself', () => {
    const failure = new Failure('Mend this.')
    expect(roleFailure(failure, ATTEMPT)).toBe(failure)
  })
})

test.each([
  ['arn:aws:iam::1:user/ci', 'arn:aws:iam::1:user/ci'],
  ['arn:aws-cn:sts::123456789012:assumed-role/deploy/session', 'arn:aws-cn:iam::123456789012:role/deploy'],
])('the principal of %s is %s', (arn, principal) => {
  expect(principalOf(arn)).toBe(principal)
})
