import { type Environment, Failure, inputReader } from '@container-actions/core'
import { type Inputs, readInputs } from './inputs.ts'

/** The defaults of action.yml, which is not there where the hook and the command run. A test compares them. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  host: '',
  context: '',
  timeout: '120s',
  fail_fast: 'true',
  required: 'true',
  min_api_version: '',
  min_server_version: '',
  require_buildx: 'false',
  registry_mirrors: '',
  verify_mirror: '',
  export_docker_host: 'false',
}

const PREFIX = 'DOCKER_READY_'

/** A sentence about an input, in the words of someone who set a variable or an option. */
const inWords = (sentence: string, called: (name: string) => string): string =>
  sentence.replaceAll(/(?:the )?inputs? '([a-z_-]+)'(?: and '([a-z_]+)')?/gi, (_, one: string, two?: string) =>
    two === undefined ? called(one) : `${called(one)} and ${called(two)}`,
  )

/** The name of a setting as a variable of the environment. */
export const variableOf = (name: string): string => PREFIX + name.toUpperCase()

/**
 * Reads the action's inputs from the environment, `timeout` from DOCKER_READY_TIMEOUT and so on.
 *
 * @param given values that win over the environment, by the input's name
 * @param called how the reader of a message calls an input
 * @throws {Failure} when a value is wrong
 */
export function readSettings(
  env: Environment,
  warn: (line: string) => void,
  given: Readonly<Record<string, string>> = {},
  called: (name: string) => string = variableOf,
): Inputs {
  const variables = Object.entries(env)
    .filter(([name, value]) => name.startsWith(PREFIX) && value)
    .map(([name, value]) => [name.slice(PREFIX.length).toLowerCase(), value] as const)
  const settings = { ...DEFAULTS, ...Object.fromEntries(variables), ...given }
  const named = Object.entries(settings).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const reader = inputReader(Object.fromEntries(named))
  const inputs = readInputs(reader)
  for (const line of reader.unknown()) warn(inWords(line, called))
  try {
    reader.check()
  } catch (error) {
    throw error instanceof Failure ? new Failure(inWords(error.message, called)) : error
  }
  return inputs
}
