import { COMMAND_NAMES, type Command, parseCommand, setIgnoringCase } from './commands.ts'
import type { StepLog } from './log.ts'
import type { Masks } from './masks.ts'

/** Results that a step passes to the job, through files or commands. */
export interface StepResults {
  readonly outputs: Record<string, string>
  readonly state: Record<string, string>
  /** Exported variables for the following steps. */
  readonly env: Record<string, string>
  /** Folders to prepend to PATH, in the order written. */
  readonly path: string[]
}

const UNECHOED = ['add-mask', 'debug', 'error', 'warning', 'notice']
const CHANGELOG = 'https://github.blog/changelog'

/** A command that the runner rejects: the step fails. */
class Refusal extends Error {}

/** Reads each line of a step's output, executes commands and logs the rest (actions/runner ActionCommandManager.cs). */
export class CommandManager {
  readonly commands: Command[] = []
  /** Every value passed to add-mask, in order. */
  readonly masked: string[] = []
  /** Whether a command could not be processed, which fails the step regardless of its exit code. */
  failed = false
  readonly #log: StepLog
  readonly #masks: Masks
  readonly #results: StepResults
  readonly #env: Readonly<Record<string, string>>
  #echo: boolean
  #stopToken: string | undefined

  constructor(log: StepLog, masks: Masks, results: StepResults, env: Readonly<Record<string, string>>, debug: boolean) {
    this.#log = log
    this.#masks = masks
    this.#results = results
    this.#env = env
    this.#echo = debug
  }

  line(line: string): void {
    const command = parseCommand(line, (name) => this.#registered(name))
    if (command === undefined || !this.#accept(command, line)) this.#log.output(line)
  }

  #registered(name: string): boolean {
    const lower = name.toLowerCase()
    return COMMAND_NAMES.some((known) => known === lower) || lower === this.#stopToken?.toLowerCase()
  }

  #accept(command: Command, line: string): boolean {
    const name = command.name.toLowerCase()
    if (this.#stopToken !== undefined) {
      if (name !== this.#stopToken.toLowerCase()) return false
      this.#log.output(line)
      this.#stopToken = undefined
      return true
    }
    this.commands.push(command)
    if (this.#echo && !UNECHOED.includes(name)) this.#log.output(line)
    try {
      this.#obey(name, command, line)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#log.issue('error', `Unable to process command '${line}' successfully.`)
      this.#log.issue('error', error.message)
      this.failed = true
    }
    return true
  }

  #obey(name: string, command: Command, line: string): void {
    const { data, properties } = command
    if (name === 'error' || name === 'warning' || name === 'notice') this.#log.issue(name, data, properties)
    else if (name === 'debug') this.#log.debug(data)
    else if (name === 'group') this.#log.openGroup(data)
    else if (name === 'endgroup') this.#log.closeGroup()
    else if (name === 'add-mask') this.#mask(data)
    else if (name === 'echo') this.#setEcho(data)
    else if (name === 'stop-commands') this.#stop(data, line)
    else if (name === 'set-env') this.#setEnv(command)
    else if (name === 'add-path') this.#addPath(data)
    else if (name === 'set-output') this.#deprecated(command, this.#results.outputs)
    else if (name === 'save-state') this.#deprecated(command, this.#results.state)
  }

  #mask(value: string): void {
    if (value.trim() === '') {
      this.#log.issue('warning', "Can't add secret mask for empty string in ##[add-mask] command.")
      return
    }
    if (this.#echo) this.#log.output('::add-mask::***')
    this.masked.push(value)
    this.#masks.addLines(value)
  }

  #setEcho(value: string): void {
    const wanted = value.trim().toLowerCase()
    if (wanted !== 'on' && wanted !== 'off') {
      throw new Refusal(
        `Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${value}'.`,
      )
    }
    this.#echo = wanted === 'on'
  }

  #stop(token: string, line: string): void {
    if (token === '' || token.toLowerCase() === 'pause-logging' || this.#registered(token)) {
      throw new Refusal(
        "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command.",
      )
    }
    if (token.length > 6) this.#masks.add(token)
    if (!this.#echo) this.#log.output(line)
    this.#stopToken = token
  }

  #setEnv({ data, properties }: Command): void {
    this.#refuseUnsecure('set-env')
    const name = requiredName('set-env', properties)
    if (name.toUpperCase() === 'NODE_OPTIONS') {
      this.#log.issue('error', `Can't update NODE_OPTIONS environment variable using ::set-env:: command.`)
    } else this.#results.env[name] = data
  }

  #addPath(folder: string): void {
    this.#refuseUnsecure('add-path')
    if (folder === '') throw new Refusal("Value cannot be null. (Parameter 'path')")
    this.#results.path.push(folder)
  }

  #refuseUnsecure(name: string): void {
    if (this.#env['ACTIONS_ALLOW_UNSECURE_COMMANDS']?.toLowerCase() === 'true') return
    const page = `${CHANGELOG}/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/`
    throw new Refusal(
      `The \`${name}\` command is disabled. Please upgrade to using Environment Files. For more information see: ${page}`,
    )
  }

  #deprecated(command: Command, target: Record<string, string>): void {
    const page = `${CHANGELOG}/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/`
    this.#log.issue(
      'warning',
      `The \`${command.name}\` command is deprecated and will be disabled soon. Please upgrade to using Environment Files. For more information see: ${page}`,
    )
    setIgnoringCase(target, requiredName(command.name, command.properties), command.data)
  }
}

function requiredName(command: string, properties: Readonly<Record<string, string>>): string {
  const name = Object.entries(properties).find(([key]) => key.toLowerCase() === 'name')?.[1]
  if (name === undefined) throw new Refusal(`Required field 'name' is missing in ##[${command}] command.`)
  return name
}
