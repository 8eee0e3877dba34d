import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRoleSettings, roleArn, sessionNameOf } from '../../src/aws/role.ts'
import { Failure } from '../../src/base/failure.ts'
import { inputsOf } from '../../src/testing.ts'

const RUN = { GITHUB_REPOSITORY: 'octo-org/app', GITHUB_RUN_ID: '1658821493' }

function read(inputs: Record<string, string>, env: Record<string, string> = RUN, hasKeys = false) {
  const input = inputsOf(inputs, env)
  const settings = readRoleSettings(input, hasKeys)
  input.check()
  return settings
}

describe('assume_role', () => {
  test.each([
    ['deploy', 'deploy'],
    ['service-role/deploy', 'service-role/deploy'],
    ['/service-role/deploy', 'service-role/deploy'],
    ['role/deploy', 'deploy'],
    ['arn:aws:iam::123456789012:role/deploy', 'arn:aws:iam::123456789012:role/deploy'],
    [
      'arn:aws-us-gov:iam::123456789012:role/a/b/deploy+=,.@-_',
      'arn:aws-us-gov:iam::123456789012:role/a/b/deploy+=,.@-_',
    ],
  ])('%s is the role %s', (assume_role, role) => {
    expect(read({ assume_role })?.role).toBe(role)
  })

  test.each([
    'arn:aws:sts::123456789012:assumed-role/deploy/session',
    'arn:aws:iam::123456789012:user/ci',
    'arn:aws:iam::12345:role/deploy',
    'my role',
    '$(id)',
    'x'.repeat(65),
    'a//b',
  ])('%j is none', (assume_role) => {
    expect(() => read({ assume_role })).toThrow(
      new Failure(
        `Input 'assume_role' must be the name or the ARN of an IAM role, like deploy or arn:aws:iam::123456789012:role/deploy; it is '${assume_role}'.`,
      ),
    )
  })

  test('is not needed, and what belongs to it is then of no use but no mistake', () => {
    expect(read({ external_id: 'x1', role_session_name: 'ci', role_duration_seconds: '900' })).toBeUndefined()
  })
})

describe('the rest of a role', () => {
  test('has values of its own without inputs', () => {
    expect(read({ assume_role: 'deploy' })).toEqual({
      role: 'deploy',
      source: 'auto',
      sessionName: 'github-octo-org-app-1658821493',
      durationSeconds: undefined,
      externalId: undefined,
      oidcAudience: undefined,
    })
  })

  test('is what the inputs say', () => {
    const given = { role_session_name: 'ci', role_duration_seconds: '900', external_id: 'a:b/c', oidc_audience: 'aws' }
    expect(read({ assume_role: 'deploy', role_source: 'oidc', ...given })).toEqual({
      role: 'deploy',
      source: 'oidc',
      sessionName: 'ci',
      durationSeconds: 900,
      externalId: 'a:b/c',
      oidcAudience: 'aws',
    })
  })

  test.each([
    [
      { role_session_name: 'a b' },
      "Input 'role_session_name' must be 2 to 64 letters, digits and _+=,.@-; it is 'a b'.",
    ],
    [{ external_id: 'x' }, "Input 'external_id' must be 2 to 1224 letters, digits and _+=,.@-:/; it is 'x'."],
    [
      { role_duration_seconds: '60' },
      "Input 'role_duration_seconds' must be a whole number of at least 900 and at most 43200; it is '60'.",
    ],
    [
      { role_duration_seconds: '1h' },
      "Input 'role_duration_seconds' must be a whole number of at least 900 and at most 43200; it is '1h'.",
    ],
  ])('%j is told', (inputs, line) => {
    expect(() => read({ assume_role: 'deploy', ...(inputs as Record<string, string>) })).toThrow(new Failure(line))
  })
})

describe('role_source', () => {
  test.each([
    [{ role_source: 'OIDC' }, false, "Input 'role_source' must be one of auto, oidc, credentials; it is 'OIDC'."],
    [
      { role_source: 'oidc' },
      false,
      "Input 'role_source' is oidc, but there is no role to assume with the token. Add 'assume_role'.",
    ],
    [
      { role_source: 'oidc', assume_role: 'deploy' },
      true,
      "Input 'role_source' is oidc, but keys are given as inputs. Remove the keys or 'role_source'.",
    ],
  ])('%j with keys %s is told', (inputs, hasKeys, line) => {
    expect(() => read(inputs as Record<string, string>, RUN, hasKeys)).toThrow(new Failure(line))
  })

  test('credentials without a role is of no use but no mistake', () => {
    expect(read({ role_source: 'credentials' })).toBeUndefined()
  })
})

describe('a session name', () => {
  test.each([
    ['octo-org/app', '1', 'github-octo-org-app-1'],
    ['', '', 'github-'],
    ['octo-org/app', '', 'github-octo-org-app'],
    ['o/$(id)', '7', 'github-o---id--7'],
    [`o/${'x'.repeat(80)}`, '1658821493', `github-o-${'x'.repeat(44)}-1658821493`],
  ])('of %s in run %s is %s', (repository, run, name) => {
    expect(sessionNameOf(repository, run)).toBe(name)
  })

  test('is one that AWS takes, whatever the repository is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 150 }), fc.nat(), (repository, run) => {
        expect(sessionNameOf(repository, String(run))).toMatch(/^[\w+=,.@-]{2,64}$/)
      }),
    )
  })
})

test('a role by its name is in the account and partition of who asks for it', () => {
  expect(roleArn('a/deploy', { account: '123456789012', partition: 'aws-cn' })).toBe(
    'arn:aws-cn:iam::123456789012:role/a/deploy',
  )
})
