import { Failure } from '@container-actions/core'
import { DEFAULTS } from './settings.ts'

/** What the command line asks for. */
export interface Arguments {
  /** Values by the input's name. */
  readonly given: Readonly<Record<string, string>>
  /** The command to become, if there is one. */
  readonly command: readonly string[]
  readonly help: boolean
}

const BOOLEANS: ReadonlySet<string> = new Set(['fail_fast', 'required', 'require_buildx', 'export_docker_host'])

/** The name of an input as an option. */
export const optionOf = (name: string): string => `--${name.replaceAll('_', '-')}`

export const USAGE = `Usage: cli.js [OPTION]... [-- COMMAND [ARGUMENT]...]

Waits until the Docker daemon answers, and then becomes COMMAND.

Options, each with a value (--timeout 90s or --timeout=90s), or in the environment (DOCKER_READY_TIMEOUT=90s):
${Object.entries(DEFAULTS)
  .map(([name, value]) => `  ${optionOf(name)}${value === '' ? '' : ` (${value})`}`)
  .join('\n')}
`

/**
 * Reads `--name value` and `--name=value` up to `--`, and the command behind it.
 *
 * @throws {Failure} for anything else
 */
export function readArguments(args: readonly string[]): Arguments {
  const end = args.indexOf('--')
  const options = end === -1 ? args : args.slice(0, end)
  const given: Record<string, string> = {}
  for (let index = 0; index < options.length; index++) {
    const [, option = '', value] = /^(--[a-z][a-z-]*)(?:=(.*))?$/s.exec(options[index] ?? '') ?? []
    const name = option.slice(2).replaceAll('-', '_')
    if (name === 'help') return { given, command: [], help: true }
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new Failure(`Unknown argument '${options[index]}'. Put the command behind --, and see --help.`)
    }
    const next = options[index + 1]
    const isSwitch = BOOLEANS.has(name) && (next === undefined || next.startsWith('--'))
    const following = isSwitch ? 'true' : next
    if (value === undefined && following === undefined) throw new Failure(`${option} needs a value. See --help.`)
    if (value === undefined && !isSwitch) index++
    given[name] = value ?? following ?? ''
  }
  return { given, command: end === -1 ? [] : args.slice(end + 1), help: false }
}
