import { describe, expect, test } from 'vitest'
import { type AwsFiles, parseSections } from '../../src/aws/files.ts'
import { profileProblem } from '../../src/credentials/profile-check.ts'

/** Files with these sections, as the file of the credentials names them. */
function filesOf(text: string): AwsFiles {
  const sections = parseSections(text)
  return {
    paths: ['config', 'credentials'],
    problems: [],
    endless: [],
    profile: (name) => sections[name],
    ssoSession: (name) => sections[`sso-session ${name}`],
  }
}

const KEYS = 'aws_access_key_id = AKIA\naws_secret_access_key = s\n'
const ROLE = 'role_arn = arn:aws:iam::123456789012:role/ci\n'
const SSO = 'sso_account_id = 123456789012\nsso_role_name = ci\n'

describe('nothing is wrong with', () => {
  test.each([
    KEYS,
    `${KEYS}aws_session_token = t\n`,
    `${KEYS}aws_session_token =\n`,
    `${KEYS}${ROLE}source_profile = ci\n`,
    `${ROLE}source_profile = base\n[base]\n${KEYS}`,
    `${ROLE}source_profile = next\n[next]\n${ROLE}source_profile = base\n[base]\n${KEYS}`,
    `${ROLE}credential_source = Ec2InstanceMetadata\n`,
    `${ROLE}web_identity_token_file = /token\n`,
    'credential_process = program\n',
    `${SSO}sso_session = work\n[sso-session work]\nsso_region = x\n`,
    'region = eu-west-1\n',
  ])('%j', (text) => {
    expect(profileProblem('ci', filesOf(`[ci]\n${text}`))).toBeUndefined()
  })
})

describe('what the SDK would leave aside is told', () => {
  const bases = 'source_profile, credential_source, web_identity_token_file'
  test.each([
    ['aws_access_key_id = AKIA\n', 'has aws_access_key_id without aws_secret_access_key'],
    ['aws_access_key_id = AKIA\naws_secret_access_key =\n', 'has aws_access_key_id without aws_secret_access_key'],
    ['aws_secret_access_key = s\n', 'has aws_secret_access_key without aws_access_key_id'],
    [
      'aws_session_token = t\n',
      'has neither aws_access_key_id nor aws_secret_access_key, and settings that belong to them',
    ],
    [`${KEYS}${ROLE}`, `has role_arn, and none of ${bases} to assume the role with`],
    [`${KEYS}source_profile = base\n`, 'has source_profile and no role_arn'],
    ['web_identity_token_file = /token\n', 'has web_identity_token_file and no role_arn'],
    [
      `${ROLE}source_profile = base\ncredential_source = Environment\n`,
      'has both source_profile and credential_source; a role is assumed with one of them',
    ],
    ['credential_process =\n', 'has an empty credential_process'],
    [`${SSO}sso_session = work\n`, "has sso_session 'work', which no file has"],
    [
      `${ROLE}source_profile = base\n`,
      "has source_profile 'base', which is in none of the AWS files (config, credentials)",
    ],
    [`${ROLE}source_profile = base\n[base]\nregion = x\n`, "has source_profile 'base', which names no credentials"],
    [
      `${ROLE}source_profile = base\n[base]\naws_access_key_id = AKIA\n`,
      "has source_profile 'base', which has aws_access_key_id without aws_secret_access_key",
    ],
    [
      `${ROLE}source_profile = next\n[next]\n${ROLE}source_profile = ci\n`,
      "has source_profile 'next', which has a source_profile that leads back: ci, next, ci",
    ],
  ])('%j', (text, problem) => {
    expect(profileProblem('ci', filesOf(`[ci]\n${text}`))).toBe(problem)
  })

  test('a profile that is nowhere', () => {
    expect(profileProblem('ci', filesOf(''))).toBe('is in none of the AWS files (config, credentials)')
  })
})
