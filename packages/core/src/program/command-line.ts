import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { type InputReader, inputReader } from '../step/inputs.ts'

/** How an action receives its inputs when it runs as a command or a hook. */
export interface CommandLine {
  /** Prefix of the variables: `DOCKER_READY_` maps `timeout` to DOCKER_READY_TIMEOUT. */
  readonly prefix: string
  /** The defaults in action.yml, which is not available to a command, by input name. */
  readonly defaults: Readonly<Record<string, string>>
  /** Inputs whose option without a value means `true`. */
  readonly switches?: ReadonlySet<string>
  /** Inputs that are accepted only as variables, because everyone on the machine can see the arguments of a process. */
  readonly secrets?: ReadonlySet<string>
}

/** The content of a command line. */
export interface Arguments {
  /** Values by input name. */
  readonly given: Readonly<Record<string, string>>
  /** The arguments after `--`: a command that replaces the process, if there is one. */
  readonly command: readonly string[]
  readonly help: boolean
}

/** The name of an input as an option. */
export const optionOf = (name: string): string => `--${name.replaceAll('_', '-')}`

/** The options and their defaults, a line each. */
export const optionLines = ({ defaults, secrets }: CommandLine): string =>
  Object.entries(defaults)
    .filter(([name]) => !secrets?.has(name))
    .map(([name, value]) => `  ${optionOf(name)}${value === '' ? '' : ` (${value})`}\n`)
    .join('')

/** The options in the format of `parseArgs`: a switch takes no value there, so a value after it is a positional. */
function optionsOf({ defaults, switches, secrets }: CommandLine): NonNullable<ParseArgsConfig['options']> {
  const names = Object.keys(defaults).filter((name) => !secrets?.has(name))
  const options = names.map((name) => [optionOf(name).slice(2), { type: switches?.has(name) ? 'boolean' : 'string' }])
  return { ...Object.fromEntries(options), help: { type: 'boolean' } }
}

/**
 * Parses `--name value` and `--name=value` up to `--`, and the command after it.
 *
 * @throws {Failure} for anything else
 */
export function readArguments(args: readonly string[], line: CommandLine): Arguments {
  const options = optionsOf(line)
  const end = args.indexOf('--')
  const { tokens } = parseArgs({ args: args.slice(0, end < 0 ? undefined : end), options, strict: false, tokens: true })
  const given: Record<string, string> = {}
  for (let at = 0; at < tokens.length; at++) {
    const [token, next] = tokens.slice(at)
    if (token?.kind !== 'option' || !Object.hasOwn(options, token.name)) {
      throw new Failure(`Unknown argument '${args[token?.index ?? 0]}'. Put the command after --, see --help.`)
    }
    if (token.name === 'help') return { given, command: [], help: true }
    const isSwitch = options[token.name]?.type === 'boolean' && token.value === undefined
    if (isSwitch && next?.kind === 'positional') at++
    const value = isSwitch ? (next?.kind === 'positional' ? next.value : 'true') : token.value
    if (value === undefined) throw new Failure(`${token.rawName} needs a value. See --help.`)
    given[token.name.replaceAll('-', '_')] = value
  }
  return { given, command: end < 0 ? [] : args.slice(end + 1), help: false }
}

/** Rewrites a sentence about an input for someone who set a variable or an option. */
const inWords = (sentence: string, called: (name: string) => string): string =>
  sentence.replaceAll(
    /(?:(?:the )?inputs? |(?<=did you mean ))'([a-z_-]+)'(?: and '([a-z_]+)')?/gi,
    (_, one: string, two?: string) => (two === undefined ? called(one) : `${called(one)} and ${called(two)}`),
  )

/**
 * Reads an action's inputs from the environment.
 *
 * @param given values that override the environment, by input name
 * @param called how messages refer to an input; defaults to the variable
 * @throws {Failure} if a value is invalid
 */
export function readSettings<Inputs>(
  readInputs: (input: InputReader) => Inputs,
  { prefix, defaults }: CommandLine,
  env: Environment,
  warn: (line: string) => void,
  given: Readonly<Record<string, string>> = {},
  called: (name: string) => string = (name) => prefix + name.toUpperCase(),
): Inputs {
  const variables = Object.entries(env)
    .filter(([name, value]) => name.startsWith(prefix) && value)
    .map(([name, value]) => [name.slice(prefix.length).toLowerCase(), value] as const)
  const settings = { ...defaults, ...Object.fromEntries(variables), ...given }
  const named = Object.entries(settings).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const reader = inputReader(Object.fromEntries(named), defaults)
  const inputs = readInputs(reader)
  for (const line of reader.unknown()) warn(inWords(line, called))
  try {
    reader.check()
  } catch (error) {
    throw error instanceof Failure ? new Failure(inWords(error.message, called)) : error
  }
  return inputs
}
