import { type CommandLine, type Environment, type InputReader, readSettings } from '@container-actions/core'
import { type Registration, readRegistration, SECRETS } from './registration-settings.ts'

export interface ImageSettings {
  readonly registration: Registration
  /** `undefined` for a generated name. */
  readonly name: string | undefined
  readonly labels: string | undefined
  readonly group: string | undefined
  readonly workFolder: string
  readonly isEphemeral: boolean
  /** Status at which the runner is updated. */
  readonly update: (typeof UPDATES)[number]
  /** Days after the build of a runner during which GitHub is not queried for newer ones. */
  readonly checkAfterDays: number
  /** How long a response from GitHub is cached, in ms. */
  readonly checkAgain: number
  /** In ms; 0 if the runner does not need Docker. */
  readonly dockerTimeout: number
  /** Folder of the image's own runner. */
  readonly folder: string
  /** Folder for downloads and cached responses; several containers may share it. */
  readonly cacheFolder: string
}

const UPDATES = ['stale', 'expiring', 'never'] as const

/** The settings, which are environment variables only; a test compares them with the table in the image's README. */
export const IMAGE_SETTINGS: CommandLine = {
  prefix: 'RUNNER_',
  defaults: {
    url: '',
    github_token: '',
    github_token_file: '',
    app_id: '',
    app_key: '',
    app_key_file: '',
    jit_config: '',
    jit_config_file: '',
    name: '',
    labels: '',
    group: '',
    work_folder: '_work',
    ephemeral: 'true',
    update: 'stale',
    check_after_days: '14',
    check_again: '6h',
    docker_timeout: '120s',
    folder: '/home/runner',
    cache_folder: '/home/runner/cache',
  },
}

/** Variables with the same prefix that belong to the runner and its scripts. */
const FOREIGN: ReadonlySet<string> = new Set([
  'RUNNER_ALLOW_RUNASROOT',
  'RUNNER_MANUALLY_TRAP_SIG',
  'RUNNER_TOOL_CACHE',
  'RUNNER_TOOLSDIRECTORY',
  'RUNNER_UPDATE_CA_CERTS',
  'RUNNER_WAIT_FOR_DOCKER_IN_SECONDS',
])

const variableOf = (name: string) => `${IMAGE_SETTINGS.prefix}${name.toUpperCase()}`

/** Variables that contain a secret as their value. */
export const SECRET_VARIABLES: readonly string[] = SECRETS.map(variableOf)

/** The environment of the runner and its jobs, without anything that is meant for the entrypoint. */
export function runnerEnvironment(env: Environment): Record<string, string> {
  const ours = new Set(Object.keys(IMAGE_SETTINGS.defaults).map(variableOf))
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !ours.has(entry[0]),
  )
  return { ...Object.fromEntries(kept), ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1' }
}

/** Reads a value that becomes an argument of config.sh, which treats a leading hyphen as an option. */
function argument(input: InputReader, name: string): string | undefined {
  const given = input.optional(name)
  if (given?.startsWith('-')) input.reject(`Input '${name}' must not begin with a hyphen; it is '${given}'.`)
  return given
}

const readImageInputs =
  (read: (file: string) => string) =>
  (input: InputReader): ImageSettings => ({
    registration: readRegistration(input, read),
    name: argument(input, 'name'),
    labels: argument(input, 'labels'),
    group: argument(input, 'group'),
    workFolder: argument(input, 'work_folder') ?? input.string('work_folder'),
    isEphemeral: input.boolean('ephemeral'),
    update: input.oneOf('update', UPDATES),
    checkAfterDays: input.integer('check_after_days', { min: 0, max: 365 }),
    checkAgain: input.duration('check_again'),
    dockerTimeout: input.duration('docker_timeout'),
    folder: input.string('folder'),
    cacheFolder: input.string('cache_folder'),
  })

/**
 * Reads RUNNER_URL and the other variables.
 *
 * @param read returns the text of a file
 * @throws {Failure} if a value is invalid
 */
export function imageSettings(
  env: Environment,
  read: (file: string) => string,
  warn: (line: string) => void,
): ImageSettings {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.has(name)))
  return readSettings(readImageInputs(read), IMAGE_SETTINGS, own, warn)
}
