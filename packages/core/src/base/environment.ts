import { userInfo } from 'node:os'
import { Failure } from './failure.ts'
import { trimmed } from './white-space.ts'

/** The environment of the process, read once; everything outside core gets it as a parameter. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Trims whitespace around AWS variables in place, as around inputs: the SDK reads them from the process itself. */
export function processEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: the one place that reads it
  const env = process.env
  for (const [name, value = ''] of Object.entries(env)) {
    if (name.startsWith('AWS_') && trimmed(value) !== value) env[name] = trimmed(value)
  }
  return env
}

/**
 * What the runner provides to the code of actions, but not to the programs of a job: anyone who has it can write to the
 * caches and artifacts of the repository, or get a token with the identity of the job.
 */
const RUNNER_ACCESS: ReadonlySet<string> = new Set([
  'ACTIONS_CACHE_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RUNTIME_URL',
])

/**
 * The environment for child processes: ours without the `INPUT_*` variables, which contain the step's secrets, and
 * without access to the runner's services; `changes` are applied on top, and may grant that access to a child that
 * needs it.
 */
export function childEnvironment(env: Environment, changes: Environment = {}): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...env, ...changes })) {
    const isOurs = name.startsWith('INPUT_') || (RUNNER_ACCESS.has(name) && !Object.hasOwn(changes, name))
    if (value !== undefined && !isOurs) child[name] = value
  }
  return child
}

/**
 * The user's home folder.
 *
 * @throws {Failure} if there is none, because a container can run with a user that its system does not know
 */
export function homeFolder(env: Environment): string {
  if (env['HOME']) return env['HOME']
  try {
    return userInfo().homedir
  } catch (error) {
    const user = process.getuid?.()
    throw new Failure(
      `The runner's user ${user} has no home folder: HOME is not set, and the system does not know this user. Set HOME in the environment of the runner, or of the job's container.`,
      { cause: error },
    )
  }
}
