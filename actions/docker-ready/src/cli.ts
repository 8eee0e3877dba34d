#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { Failure, optionLines, optionOf, type Program, readArguments, runProgram } from '@container-actions/core'
import { main } from './main.ts'
import { COMMAND_LINE, settingsOf } from './settings.ts'

const USAGE = `Usage: cli.js [OPTION]... [-- COMMAND [ARGUMENT]...]

Waits until the Docker daemon answers, and then becomes COMMAND.

Options, each with a value (--timeout 90s or --timeout=90s), or in the environment (DOCKER_READY_TIMEOUT=90s):
${optionLines(COMMAND_LINE)}`

/** Conventional exit status for wrong usage. */
const WRONG_USAGE = 2

/** Writes directly to the descriptor, because the command that replaces this process inherits it unchanged. */
const say = (line: string) => {
  writeSync(2, `docker-ready: ${line}\n`)
}

/** Variables to export to the command. */
const exported: Record<string, string> = {}

const runner = {
  info: say,
  warning: (line: string) => say(`warning: ${line}`),
  exportVariable(name: string, value: string) {
    exported[name] = value
  },
}

function read(program: Program) {
  const { given, command, help } = readArguments(program.args, COMMAND_LINE)
  return { inputs: settingsOf(program.env, runner.warning, given, optionOf), command, help }
}

await runProgram(async (program) => {
  let asked: ReturnType<typeof read>
  try {
    asked = read(program)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    say(error.message)
    return WRONG_USAGE
  }
  if (asked.help) {
    writeSync(1, USAGE)
    return 0
  }
  const { env, signal } = program
  await main(asked.inputs, { env, signal, runner, phase: (_title, work) => work() })
  const [command, ...args] = asked.command
  return command === undefined ? 0 : { command: [command, ...args], env: { ...env, ...exported } }
}, say)
