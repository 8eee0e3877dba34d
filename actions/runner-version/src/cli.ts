#!/usr/bin/env node
import {
  Failure,
  type OutputValues,
  optionLines,
  optionOf,
  readArguments,
  readSettings,
  runProgram,
} from '@container-actions/core'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'
import { portsOf } from './ports.ts'
import { COMMAND_LINE } from './settings.ts'

/** Conventional exit status for wrong usage. */
const WRONG_USAGE = 2

const USAGE = `Usage: cli.js [OPTION]...

Compares an installed runner with what GitHub has released, and prints name=value lines.

Options, each with a value (--installed /home/runner or --installed=/home/runner), or in the environment
(RUNNER_VERSION_INSTALLED=/home/runner); the token only there (RUNNER_VERSION_GITHUB_TOKEN):
${optionLines(COMMAND_LINE)}`

const say = (line: string) => void process.stderr.write(`runner-version: ${line}\n`)

function print(outputs: OutputValues): void {
  for (const [name, value] of Object.entries(outputs)) process.stdout.write(`${name}=${value ?? ''}\n`)
}

const runner = {
  info: say,
  notice: say,
  warning: (line: string) => say(`warning: ${line}`),
  summary: async () => undefined,
}

await runProgram(async ({ args, env, signal }) => {
  let asked: ReturnType<typeof readArguments>
  let inputs: ReturnType<typeof readInputs>
  try {
    asked = readArguments(args, COMMAND_LINE)
    inputs = readSettings(readInputs, COMMAND_LINE, env, runner.warning, asked.given, optionOf)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    say(error.message)
    return WRONG_USAGE
  }
  if (asked.help) {
    process.stdout.write(USAGE)
    return 0
  }
  try {
    print(await main(inputs, portsOf(inputs, env, signal), { env, runner }))
    return 0
  } catch (error) {
    if (error instanceof Failure) print(error.outputs)
    throw error
  }
}, say)
