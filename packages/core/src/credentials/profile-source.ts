import { type AwsFiles, DEFAULT_PROFILE, PROFILE_VARIABLES } from '../aws/files.ts'
import { loadSdk } from '../aws/load-sdk.ts'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { runCredentialProcess } from './credential-process.ts'
import { profileProblem, sourceSettings } from './profile-check.ts'
import { quietLogger, type RunnerSource, type SourceOptions } from './runner-source.ts'

/** A program is stopped before its source times out, so that the error contains its output. */
const PROCESS_SHARE = 0.75

async function profileKeys(profile: string, env: Environment, options: SourceOptions) {
  const { region, http, signal, debug, limit } = options
  const { loadProfiles } = await loadSdk()
  const { fromIni, externalDataInterceptor } = await loadProfiles()
  // The SDK would wait forever for a hanging program, and would not report its output.
  externalDataInterceptor.interceptToken(
    'exec',
    (command: string, done: (error: unknown, printed?: object) => void) => {
      runCredentialProcess(command, { env, limit: limit * PROCESS_SHARE, signal }).then(
        (printed) => done(null, printed),
        done,
      )
    },
  )
  const read = fromIni({
    profile,
    ignoreCache: true,
    // Without a region, which would override that of the profile and of its SSO session.
    clientConfig: { requestHandler: http },
    parentClientConfig: { region, requestHandler: http },
    logger: quietLogger(debug),
  })
  return read()
}

/** The source that the files define for a profile, no matter how it was selected. */
function sourceOf(
  profile: string,
  named: RunnerSource['named'],
  { env, files, options }: { env: Environment; files: AwsFiles; options: SourceOptions },
): RunnerSource {
  return {
    name: `the profile '${profile}' of the AWS files`,
    named,
    async get() {
      const problem = profileProblem(profile, files)
      if (problem !== undefined) throw new Failure([`it ${problem}`, ...files.problems].join('; '))
      if (sourceSettings(files.profile(profile) ?? {}).length === 0) {
        throw new Failure(['it names no credentials', ...files.problems].join('; '))
      }
      return profileKeys(profile, env, options)
    },
  }
}

/** The profile that the environment names. */
export function namedProfile(env: Environment, files: AwsFiles, options: SourceOptions): RunnerSource | undefined {
  const variable = PROFILE_VARIABLES.find((name) => env[name])
  const profile = variable && env[variable]
  if (!variable || !profile) return undefined
  return sourceOf(profile, { by: `${variable} names`, undo: `unset ${variable}` }, { env, files, options })
}

/** The default profile, if it defines credentials, or if that cannot be determined. */
export function defaultProfile(env: Environment, files: AwsFiles, options: SourceOptions): RunnerSource | undefined {
  const settings = files.profile(DEFAULT_PROFILE)
  const isNamed = settings !== undefined && sourceSettings(settings).length > 0
  if (!isNamed && files.problems.length === 0) return undefined
  const named = { by: 'the AWS files name', undo: 'remove it from them' }
  return sourceOf(DEFAULT_PROFILE, named, { env, files, options })
}
