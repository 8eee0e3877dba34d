import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { type InputReader, inputReader } from '../step/inputs.ts'

/** How an action's inputs are given to it where it runs as a command or a hook. */
export interface CommandLine {
  /** Of the variables: `DOCKER_READY_` makes DOCKER_READY_TIMEOUT of `timeout`. */
  readonly prefix: string
  /** The defaults of action.yml, which is not there where a command runs, by the input's name. */
  readonly defaults: Readonly<Record<string, string>>
  /** Inputs that are `true` where an option has no value. */
  readonly switches?: ReadonlySet<string>
  /** Inputs that come by a variable only, because everybody on the machine can see the arguments of a process. */
  readonly secrets?: ReadonlySet<string>
}

/** What a command line asks for. */
export interface Arguments {
  /** Values by the input's name. */
  readonly given: Readonly<Record<string, string>>
  /** What stands behind `--`: a command that replaces the process, if there is one. */
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

/** The options in the form of `parseArgs`: a switch takes no value there, so that one behind it is a positional. */
function optionsOf({ defaults, switches, secrets }: CommandLine): NonNullable<ParseArgsConfig['options']> {
  const names = Object.keys(defaults).filter((name) => !secrets?.has(name))
  const options = names.map((name) => [optionOf(name).slice(2), { type: switches?.has(name) ? 'boolean' : 'string' }])
  return { ...Object.fromEntries(options), help: { type: 'boolean' } }
}

/**
 * Reads `--name value` and `--name=value` up to `--`, and the command behind it.
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
      throw new Failure(`Unknown argument '${args[token?.index ?? 0]}'. Put the command behind --, and see --help.`)
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

/** A sentence about an input, in the words of someone who set a variable or an option. */
const inWords = (sentence: string, called: (name: string) => string): string =>
  sentence.replaceAll(
    /(?:(?:the )?inputs? |(?<=did you mean ))'([a-z_-]+)'(?: and '([a-z_]+)')?/gi,
    (_, one: string, two?: string) => (two === undefined ? called(one) : `${called(one)} and ${called(two)}`),
  )

/**
 * Reads an action's inputs from the environment.
 *
 * @param given values that win over the environment, by the input's name
 * @param called how the reader of a message calls an input; without it, by the variable
 * @throws {Failure} when a value is wrong
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
