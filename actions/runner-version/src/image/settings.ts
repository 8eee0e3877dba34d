import { createPrivateKey } from 'node:crypto'
import { type CommandLine, type Environment, type InputReader, orNothing, readSettings } from '@container-actions/core'
import { parseScope, type Scope } from './scope.ts'

/** What proves to GitHub that this machine may register a runner. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly id: string; readonly key: string }

/** Where the runner gets its registration from. */
export type Registration =
  | { readonly kind: 'jit'; readonly config: string }
  | { readonly kind: 'scope'; readonly scope: Scope; readonly credential: Credential }

export interface ImageSettings {
  readonly registration: Registration
  /** `undefined` for one of our making. */
  readonly name: string | undefined
  readonly labels: string | undefined
  readonly group: string | undefined
  readonly workFolder: string
  readonly isEphemeral: boolean
  /** The status from which on the runner is updated. */
  readonly update: (typeof UPDATES)[number]
  /** Days after the build of a runner in which GitHub is not asked for newer ones. */
  readonly checkAfterDays: number
  /** How long an answer of GitHub holds, in ms. */
  readonly checkAgain: number
  /** In ms; 0 where the runner needs no Docker. */
  readonly dockerTimeout: number
  /** The image's own runner. */
  readonly folder: string
  /** For downloads and answers; several containers may share it. */
  readonly cacheFolder: string
}

const UPDATES = ['stale', 'expiring', 'never'] as const

const SECRETS = ['github_token', 'app_key', 'jit_config'] as const

/** The settings, which are variables only; a test compares them with the table of the image's README. */
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

/** Variables of the same prefix that are for the runner and its scripts. */
const FOREIGN: ReadonlySet<string> = new Set([
  'RUNNER_ALLOW_RUNASROOT',
  'RUNNER_MANUALLY_TRAP_SIG',
  'RUNNER_TOOL_CACHE',
  'RUNNER_TOOLSDIRECTORY',
  'RUNNER_UPDATE_CA_CERTS',
  'RUNNER_WAIT_FOR_DOCKER_IN_SECONDS',
])

const variableOf = (name: string) => `${IMAGE_SETTINGS.prefix}${name.toUpperCase()}`

/** The variables that hold a secret by value. */
export const SECRET_VARIABLES: readonly string[] = SECRETS.map(variableOf)

/** What the runner and so its jobs get to see: nothing that is for the entrypoint. */
export function runnerEnvironment(env: Environment): Record<string, string> {
  const ours = new Set(Object.keys(IMAGE_SETTINGS.defaults).map(variableOf))
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !ours.has(entry[0]),
  )
  return { ...Object.fromEntries(kept), ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1' }
}

/** A secret by value or in a file. */
function secret(input: InputReader, name: (typeof SECRETS)[number], read: (file: string) => string) {
  const [value, file] = [input.optional(name), input.optional(`${name}_file`)]
  if (value !== undefined && file !== undefined) {
    input.reject(`Only one of the inputs '${name}' and '${name}_file' can be set.`)
  }
  if (value !== undefined || file === undefined) return value
  const text = orNothing(() => read(file).trim())
  if (!text)
    input.reject(`Input '${name}_file' must name a file with the secret; '${file}' cannot be read or is empty.`)
  return text
}

function readCredential(input: InputReader, token: string | undefined, key: string | undefined): Credential {
  const id = input.optional('app_id')
  if (id !== undefined && key !== undefined) {
    // A file of variables has no lines within a value.
    const pem = key.replaceAll('\\n', '\n')
    if (orNothing(() => createPrivateKey(pem)) === undefined) {
      input.reject("Input 'app_key' must be the app's private key, a PEM text; it is another text.")
    }
    return { kind: 'app', id, key: pem }
  }
  if (token === undefined) {
    input.reject("One of the inputs 'github_token' and 'jit_config' must be set, or 'app_id' with the input 'app_key'.")
  }
  return { kind: 'token', token: token ?? '' }
}

function readRegistration(input: InputReader, read: (file: string) => string): Registration {
  const [token, key, config] = SECRETS.map((name) => secret(input, name, read))
  const url = input.optional('url') ?? ''
  if (config !== undefined) {
    input.optional('app_id')
    return { kind: 'jit', config }
  }
  const scope = parseScope(url)
  if (scope === undefined) {
    input.reject(
      `Input 'url' must be like https://github.com/ORGANISATION, https://github.com/OWNER/REPOSITORY or https://github.com/enterprises/NAME; it is '${url}'.`,
    )
  }
  const credential = readCredential(input, token, key)
  if (scope?.kind === 'enterprise' && credential.kind === 'app') {
    input.reject("For an enterprise the input 'github_token' must be set; GitHub lets no app register its runners.")
  }
  return {
    kind: 'scope',
    scope: scope ?? { kind: 'organization', url, path: '', apiUrl: '', isGitHubCom: true },
    credential,
  }
}

const readImageInputs =
  (read: (file: string) => string) =>
  (input: InputReader): ImageSettings => ({
    registration: readRegistration(input, read),
    name: input.optional('name'),
    labels: input.optional('labels'),
    group: input.optional('group'),
    workFolder: input.string('work_folder'),
    isEphemeral: input.boolean('ephemeral'),
    update: input.oneOf('update', UPDATES),
    checkAfterDays: input.integer('check_after_days', { min: 0, max: 365 }),
    checkAgain: input.duration('check_again'),
    dockerTimeout: input.duration('docker_timeout'),
    folder: input.string('folder'),
    cacheFolder: input.string('cache_folder'),
  })

/**
 * Reads RUNNER_URL and so on.
 *
 * @param read the text of a file
 * @throws {Failure} where a value is wrong
 */
export function imageSettings(
  env: Environment,
  read: (file: string) => string,
  warn: (line: string) => void,
): ImageSettings {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.has(name)))
  return readSettings(readImageInputs(read), IMAGE_SETTINGS, own, warn)
}
