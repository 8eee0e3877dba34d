import { createHash } from 'node:crypto'
import { type BrokenSource, broken, ROLE, type Surroundings, type Values } from './broken-source.ts'

/** Where a login that `aws sso login` made is kept. */
const ssoCache = (session: string, expiresAt: string): Values => {
  const name = createHash('sha1').update(session).digest('hex')
  return { [`.aws/sso/cache/${name}.json`]: JSON.stringify({ accessToken: 'sso-token', expiresAt }) }
}

/** Profiles of the AWS files, with all that they can name. */
export function brokenProfiles({ ecr, places, expired, denied }: Surroundings): BrokenSource[] {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = ecr.environment
  const keysOf = (key: string, secretKey = secret) =>
    `aws_access_key_id = ${key}\naws_secret_access_key = ${secretKey}\n`
  const role = `role_arn = ${ROLE}\n`
  const process = (command: string) => `credential_process = ${command}\n`
  const printing = (more: object) =>
    process(`echo '${JSON.stringify({ Version: 1, AccessKeyId: 'AKIAPROCESS', ...more })}'`)
  const session = '[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://sso.example\n'
  const sso = `sso_session = work\nsso_account_id = 123456789012\nsso_role_name = ci\n${session}`
  const login = ssoCache('work', '2100-01-01T00:00:00Z')
  const { AccessKeyId, SecretAccessKey, SessionToken } = expired
  const deniedKeys = keysOf(ecr.environmentOf({ account: denied })['AWS_ACCESS_KEY_ID'] ?? '')
  const pod = (token: string) => `${role}web_identity_token_file = ${token}\n`
  const cases: readonly [name: string, config: string, said: string, more?: { env?: Values; files?: Values }][] = [
    ['with half of its keys', `aws_access_key_id = ${id}\n`, 'it has aws_access_key_id without aws_secret_access_key'],
    [
      'with an empty secret',
      `aws_access_key_id = ${id}\naws_secret_access_key =\n`,
      'it has aws_access_key_id without',
    ],
    ['without credentials', 'region = eu-west-1\n', 'it names no credentials'],
    ['with a role and nothing to assume it with', keysOf(id) + role, 'it has role_arn, and none of source_profile, '],
    [
      'with a source that is missing',
      `${role}source_profile = base\n`,
      "it has source_profile 'base', which is in none of",
    ],
    [
      'with a role that is denied',
      `${role}source_profile = base\n[profile base]\n${deniedKeys}`,
      'AWS denies sts:AssumeRole to',
    ],
    [
      ...([
        'with a source that AWS does not know',
        `${role}source_profile = base\n[profile base]\n${keysOf('AKIANOBODY')}`,
      ] as const),
      "AWS does not know the access key from the profile 'ci'",
    ],
    [
      'with a source that leads back to it',
      `${role}source_profile = base\n[profile base]\n${role}source_profile = ci\n`,
      "it has source_profile 'base', which has a source_profile that leads back: ci, base, ci",
    ],
    [
      'with a source that has half of its keys',
      `${role}source_profile = base\n[profile base]\naws_access_key_id = ${id}\n`,
      "it has source_profile 'base', which has aws_access_key_id without aws_secret_access_key",
    ],
    [
      'with a source whose program fails',
      `${role}source_profile = base\n[profile base]\n${process("sh -c 'echo no ticket >&2; exit 3'")}`,
      'its credential_process ended with exit code 3: no ticket',
    ],
    [
      'with a role that asks for a second factor',
      `${role}source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n[profile base]\n${keysOf(id)}`,
      'Profile ci requires multi-factor authentication',
    ],
    [
      'with a source that has expired',
      `${role}source_profile = base\n[profile base]\n${keysOf(AccessKeyId, SecretAccessKey)}aws_session_token = ${SessionToken}\n`,
      "The AWS session from the profile 'ci' of the AWS files has expired",
    ],
    ['with a source of no sense', `${role}credential_source = Cloud\n`, 'Unsupported credential source in profile ci'],
    [
      'with an environment that has no keys',
      `${role}credential_source = Environment\n`,
      'Unable to find environment variable',
    ],
    ['with the endpoint of no container', `${role}credential_source = EcsContainer\n`, ''],
    [
      'with a program that is missing',
      process('/nonexistent/program'),
      'its credential_process ended with exit code 127: .*not found',
    ],
    [
      'with a program that fails',
      process("sh -c 'echo no ticket >&2; exit 3'"),
      'its credential_process ended with exit code 3: no ticket',
    ],
    [
      'with a program that prints no JSON',
      process('echo hello'),
      'Profile ci credential_process returned invalid JSON',
    ],
    ['with a program that gives half', printing({}), 'Profile ci credential_process returned invalid credentials'],
    [
      ...([
        'with a program that gives old keys',
        printing({ SecretAccessKey: 's', Expiration: '2020-01-01T00:00:00Z' }),
      ] as const),
      'Profile ci credential_process returned expired credentials',
    ],
    ['with a program that hangs', process('sleep 600'), 'its credential_process did not end within 15 s'],
    ['with an SSO session that is missing', sso.replace(session, ''), "it has sso_session 'work', which no file has"],
    [
      'with half of its SSO',
      sso.replace('sso_role_name = ci\n', ''),
      'Profile is configured with invalid SSO credentials',
    ],
    ['without an SSO login', sso, 'The SSO session token associated with profile=ci was not found'],
    ['with an old SSO login', sso, '.*(?:expired|not present)', { files: ssoCache('work', '2020-01-01T00:00:00Z') }],
    [
      'with an SSO that refuses',
      sso,
      '.*No access',
      { files: login, env: { AWS_ENDPOINT_URL_SSO: places.denying.url } },
    ],
    [
      'with an SSO that hangs',
      sso,
      'nothing came within 20 s',
      { files: login, env: { AWS_ENDPOINT_URL_SSO: places.silent.url } },
    ],
    ['with a token that is missing', pod('/nonexistent/token'), 'ENOENT: no such file or directory'],
    ['with a token that is none', pod('/etc/hostname'), 'sts:AssumeRole failed in .*InvalidIdentityToken'],
    ['with a login that is missing', 'login_session = arn:aws:iam::123456789012:user/me\n', 'Failed to load'],
  ]
  const inHome = (text: string) => ({ '.aws/config': `[profile ci]\n${text}` })
  return [
    ...cases.map(([name, text, said, { env = {}, files = {} } = {}]) => ({
      name: `a profile ${name}`,
      env: { AWS_PROFILE: 'ci', ...env },
      files: { ...inHome(text), ...files },
      line: broken("the profile 'ci' of the AWS files", said),
    })),
    {
      name: 'a profile that is nowhere',
      env: { AWS_PROFILE: 'ci' },
      line: broken("the profile 'ci' .*", 'it is in none of'),
    },
    {
      name: 'a profile in a file that is missing',
      env: { AWS_PROFILE: 'ci', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/file' },
      line: broken("the profile 'ci' .*", 'it is in none of .*AWS_SHARED_CREDENTIALS_FILE names, cannot be read'),
    },
    {
      name: 'a default profile in a file that cannot be read',
      env: { AWS_CONFIG_FILE: '/' },
      line: broken("the profile 'default' .*", 'it is in none of .*AWS_CONFIG_FILE names, cannot be read'),
    },
    {
      name: 'a default profile with half of its keys',
      files: { '.aws/credentials': '[default]\naws_secret_access_key = s\n' },
      line: broken("the profile 'default' .*", 'it has aws_secret_access_key without aws_access_key_id'),
    },
    {
      name: 'a default profile with a program that fails',
      files: { '.aws/config': `[default]\n${process('exit 3')}` },
      line: broken("the profile 'default' .*", 'its credential_process ended with exit code 3'),
    },
    {
      name: 'a profile with keys that AWS does not know',
      env: { AWS_PROFILE: 'ci' },
      files: inHome(keysOf('AKIANOBODY')),
      line: /^AWS does not know the access key from the profile 'ci' of the AWS files: /,
    },
    {
      name: 'a profile with keys that have expired',
      env: { AWS_PROFILE: 'ci' },
      files: inHome(`${keysOf(AccessKeyId, SecretAccessKey)}aws_session_token = ${SessionToken}\n`),
      line: /^The AWS session from the profile 'ci' of the AWS files has expired/,
    },
  ]
}
