import { join } from 'node:path'
import type { Folders } from '../../../packages/runner-harness/src/folders.ts'

/** What can be wrong with a file or folder. `foreign`: it belongs to root, and everybody may read it. */
export const STATES = ['missing', 'unreadable', 'foreign', 'readonly'] as const
export type State = (typeof STATES)[number]

/**
 * What becomes of the step. `line`: it fails with one line that names the file, what is wrong with it and what to change;
 * `told`: it succeeds with an annotation that does. A pattern is the line where it says something else.
 */
export type End = 'works' | 'line' | 'told' | RegExp

/** The steps that the table is about; step-scenes.ts has what they are given. */
export type SceneName =
  | 'branch'
  | 'ready'
  | 'context'
  | 'tls'
  | 'login'
  | 'shared'
  | 'repository'
  | 'push'
  | 'script'
  | 'image'
  | 'version'

/** Where a step finds its files. */
export interface StepFolders extends Folders {
  readonly env: Readonly<Record<string, string>>
}

/** A file or folder that a step reads or writes. */
export interface Place {
  readonly name: string
  readonly scene: SceneName
  readonly at: (folders: StepFolders) => string
  /** The runner starts no step without its workspace and RUNNER_TEMP. */
  readonly ends: Readonly<Partial<Record<State, End | undefined>>>
  /** Whether the step goes on only because another place is in order. */
  readonly alone?: true
}

/** The plugins are in the home. */
const NO_BUILDX = /needs buildx/
const ends = (missing: End, unreadable: End, foreign: End, readonly: End) => ({
  missing,
  unreadable,
  foreign,
  readonly,
})

const READ = ends('line', 'line', 'works', 'works')
const OPTIONAL_REGION = ends(/Input 'region' is missing/, 'line', 'works', 'works')
const OPTIONAL = ends('works', 'line', 'works', 'works')
const WRITTEN = ends('line', 'line', 'line', 'line')
const UNASKED = { unreadable: 'line', foreign: 'line', readonly: 'line' } as const
const MADE = ends('works', 'line', 'line', 'line')

const home = (scene: SceneName, name: string, what: Place['ends']): Place => ({
  ...{ name: `~/${name}`, scene, ends: what },
  at: ({ home: folder }) => join(folder, name),
})
const workspace = (scene: SceneName, name: string, what: Place['ends']): Place => ({
  ...{ name, scene, ends: what },
  at: ({ workspace: folder }) => join(folder, name),
})
const temp = (scene: SceneName, name: string, what: Place['ends']): Place => ({
  ...{ name: join('RUNNER_TEMP', name), scene, ends: what },
  at: ({ temp: folder }) => join(folder, name),
})
const tool = (scene: SceneName, name: string, what: Place['ends']): Place => ({
  ...{ name: join('RUNNER_TOOL_CACHE', name), scene, ends: what },
  at: ({ tools }) => join(tools, name),
})
const variable = (scene: SceneName, name: string, what: Place['ends']): Place => ({
  ...{ name, scene, ends: what },
  at: ({ env }) => env[name] ?? '',
})

/** What the step does not need to go on. */
const SPARE = ends('works', 'works', 'works', 'works')
const SUMMARY = ends('told', 'told', 'told', 'told')
const NOT_REACHED = /connection_refused/

export const PLACES: readonly Place[] = [
  variable('branch', 'GITHUB_EVENT_PATH', READ),
  variable('branch', 'GITHUB_OUTPUT', WRITTEN),
  variable('branch', 'GITHUB_STATE', WRITTEN),
  variable('branch', 'GITHUB_ENV', WRITTEN),
  variable('branch', 'GITHUB_PATH', SPARE),
  variable('branch', 'GITHUB_STEP_SUMMARY', SUMMARY),

  home('context', '.docker', ends(/socket_missing/, 'line', 'works', 'works')),
  home('context', '.docker/config.json', ends(/socket_missing/, 'line', 'works', 'works')),
  home('context', '.docker/contexts', ends(/There is no docker context 'mine'/, 'line', 'works', 'works')),
  variable('ready', 'SOCKET', ends(/socket_missing/, /permission_denied/, /permission_denied/, 'works')),
  home('tls', 'tls/ca.pem', ends(/tls_files_missing/, 'line', NOT_REACHED, NOT_REACHED)),
  // As for the CLI, a client does without a certificate that is not there.
  home('tls', 'tls/cert.pem', ends(NOT_REACHED, 'line', NOT_REACHED, NOT_REACHED)),
  home('tls', 'tls/key.pem', ends(NOT_REACHED, 'line', NOT_REACHED, NOT_REACHED)),

  home('login', '.aws/config', OPTIONAL_REGION),
  home('login', '.aws/credentials', ends(/No AWS credentials/, 'line', 'works', 'works')),
  home('login', '.docker', OPTIONAL),
  home('login', '.docker/config.json', OPTIONAL),
  home('login', '.docker/contexts', SPARE),
  // The login is in the home of docker actions.
  { ...temp('login', '.', { ...UNASKED, foreign: 'works' }), alone: true },
  temp('login', '_github_home', SPARE),

  home('shared', '.docker', MADE),
  home('shared', '.docker/config.json', ends('works', 'line', 'works', /is mounted as a file of its own/)),
  home('shared', '.docker/config.json.ecr-login-lock', { ...SPARE, readonly: undefined }),

  workspace('repository', 'lifecycle.json', { ...READ, missing: /nor a file in/ }),
  workspace('repository', 'policy.json', { ...READ, missing: /nor a file in/ }),

  workspace('push', '.', { unreadable: 'line', foreign: 'works', readonly: 'works' }),
  workspace('push', 'Dockerfile', READ),
  workspace('push', '.dockerignore', OPTIONAL),
  workspace('push', 'app', { ...READ, missing: /"app" is not in the build context/ }),
  workspace('push', 'more', READ),
  workspace('push', 'key', READ),
  workspace('push', 'policy.json', READ),
  temp('push', '.', UNASKED),
  home('push', '.', ends(NO_BUILDX, 'line', 'works', 'told')),
  home('push', '.docker', { ...OPTIONAL, missing: NO_BUILDX, readonly: 'told' }),
  home('push', '.docker/config.json', OPTIONAL),
  home('push', '.docker/buildx', ends('works', 'told', 'told', 'told')),
  home('push', '.docker/cli-plugins', ends(NO_BUILDX, 'line', 'works', 'works')),
  workspace('script', 'prepare.sh', READ),
  // A script may have written it, so it is looked at after that.
  workspace('script', 'Dockerfile.dockerignore', {
    ...{ ...OPTIONAL, unreadable: /ockerfile\.dockerignore".* may not read: it belongs to root.*'sudo chown/ },
  }),

  workspace('image', 'Dockerfile', READ),
  workspace('version', 'runner/bin/Runner.Listener.deps.json', {
    ...READ,
    missing: /there is no runner in that folder/,
  }),
  tool('version', 'runner-version', SPARE),
  tool('version', 'runner-version/releases.json', SPARE),
]
