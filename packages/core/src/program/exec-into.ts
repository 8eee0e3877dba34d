import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { headOf, interpreterIn, startProblem } from '../step/interpreter.ts'

/** A command that cannot be run, with the exit status that a shell would use. */
export class CommandFailure extends Failure {
  readonly status: 126 | 127

  constructor(status: 126 | 127, message: string) {
    super(message)
    this.status = status
  }
}

/** Terminates this process with a signal, as if it had no handler. */
export function exitBySignal(name: NodeJS.Signals): void {
  process.removeAllListeners(name)
  process.kill(process.pid, name)
  // PID 1 of a container ignores signals that it sends to itself.
  setTimeout(() => process.exit(1), 100)
}

/** The signals that a supervisor, a terminal or a person sends to a command. */
const PASSED_ON = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const

/** The signals that a terminal sends to the child as well. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH'])

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Finds the file of a command, like execvp(3). */
function find(command: string, env: Environment): string {
  if (command.includes('/')) {
    if (isExecutable(command)) return resolve(command)
    throw new CommandFailure(126, `${command} is not a file that this user may execute.`)
  }
  const file = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => resolve(folder, command))
    .find(isExecutable)
  if (file === undefined) throw new CommandFailure(127, `There is no command '${command}' in the PATH.`)
  return file
}

/** Whether the kernel can run the file itself: if execve() fails, this process crashes. */
function isImage(file: string): boolean {
  const head = headOf(file)
  const interpreter = interpreterIn(head)
  return head.subarray(0, 4).equals(Buffer.from('\x7fELF')) || (interpreter !== undefined && isExecutable(interpreter))
}

function follow(file: string, [name, ...args]: readonly [string, ...string[]], env: Environment): Promise<number> {
  const child = spawn(file, args, { argv0: name, stdio: 'inherit', env })
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      if (!(process.stdin.isTTY && FROM_TERMINAL.has(signal))) child.kill(signal)
    })
  }
  return new Promise((ended, failed) => {
    child.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      failed(new CommandFailure(126, `${name} cannot be run: ${startProblem(file, code)}`))
    })
    child.on('exit', (status, signal) => {
      if (signal === null) ended(status ?? 1)
      else exitBySignal(signal)
    })
  })
}

/**
 * Replaces this process with the command: with execve() if Node has it (24), otherwise with a child that inherits input
 * and output, gets our signals, and determines our exit. Output before that must not have used `process.stdout` or
 * `process.stderr`, which leave a pipe in a mode that few commands expect.
 *
 * @returns the command's exit status
 * @throws {CommandFailure} if it cannot be run
 */
export async function execInto(command: readonly [string, ...string[]], env: Environment): Promise<number> {
  const file = find(command[0], env)
  if (typeof process.execve === 'function' && isImage(file)) {
    // Node ignores these signals. Ignored signals stay ignored in the new program, whereas handled ones are reset.
    process.on('SIGPIPE', () => undefined).on('SIGXFSZ', () => undefined)
    const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
    process.execve(file, command, Object.fromEntries(set))
  }
  return follow(file, command, env)
}
