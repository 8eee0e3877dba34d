import type { AwsFiles, ProfileSettings } from '../aws/files.ts'

/**
 * Settings that determine the source of a profile's credentials:
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
const SOURCE_SETTINGS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'credential_process',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'sso_role_name',
  'login_session',
] as const

/** Settings with which the role of a profile can be assumed. */
const ROLE_BASES = ['source_profile', 'credential_source', 'web_identity_token_file'] as const

/** The settings of a profile that name a source of credentials. */
export const sourceSettings = (settings: ProfileSettings): string[] =>
  SOURCE_SETTINGS.filter((name) => settings[name] !== undefined)

function roleProblem(settings: ProfileSettings): string | undefined {
  const bases = ROLE_BASES.filter((name) => settings[name] !== undefined)
  const [first, second] = bases
  if (settings['role_arn'] === undefined) return first && `has ${first} and no role_arn`
  if (first === undefined) return `has role_arn, and none of ${ROLE_BASES.join(', ')} to assume the role with`
  return second && `has both ${first} and ${second}; a role is assumed with one of them`
}

/** An empty value is usually a secret that was never set. */
function keysProblem(settings: ProfileSettings): string | undefined {
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = settings
  if (id && secret) return undefined
  if (id === undefined && secret === undefined && token === undefined) return undefined
  if (id) return 'has aws_access_key_id without aws_secret_access_key'
  if (secret) return 'has aws_secret_access_key without aws_access_key_id'
  return 'has neither aws_access_key_id nor aws_secret_access_key, and settings that belong to them'
}

/**
 * What is missing or contradictory in the credentials of a profile, as the end of a sentence after the profile's name;
 * the SDK would ignore such settings and use another source.
 */
export function profileProblem(name: string, files: AwsFiles, visited: readonly string[] = []): string | undefined {
  const settings = files.profile(name)
  if (settings === undefined) return `is in none of the AWS files (${files.paths.join(', ')})`
  const empty = sourceSettings(settings).find((setting) => settings[setting] === '' && setting !== 'aws_session_token')
  const session = settings['sso_session']
  const source = settings['source_profile']
  return (
    roleProblem(settings) ??
    keysProblem(settings) ??
    (empty && `has an empty ${empty}`) ??
    (session && files.ssoSession(session) === undefined
      ? `has sso_session '${session}', which no file has`
      : undefined) ??
    sourceProblem(name, source, files, visited)
  )
}

function sourceProblem(
  name: string,
  source: string | undefined,
  files: AwsFiles,
  visited: readonly string[],
): string | undefined {
  // A profile may be its own source, for its keys.
  if (source === undefined || source === name) return undefined
  if (visited.includes(source)) return `has a source_profile that leads back: ${[...visited, name, source].join(', ')}`
  const problem = profileProblem(source, files, [...visited, name])
  if (problem !== undefined) return `has source_profile '${source}', which ${problem}`
  if (sourceSettings(files.profile(source) ?? {}).length > 0) return undefined
  return `has source_profile '${source}', which names no credentials`
}
