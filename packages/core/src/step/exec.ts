import { AsyncLocalStorage } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { exec } from '@actions/exec'
import { childEnvironment, type Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { checkArguments } from './argument-length.ts'
import { ANSWER_LIMIT, childOutput } from './child-output.ts'
import type { CommandPause } from './command-pause.ts'
import { descendants } from './descendants.ts'
import { startProblem } from './interpreter.ts'

export interface ExecOptions {
  /** Variables in addition to the action's own. */
  readonly env?: Environment
  readonly cwd?: string
  /** Text for the child's standard input, which is empty by default. */
  readonly input?: string
  /** Shows the command and its output in the log while it runs; the result contains only the end of a long log. */
  readonly echo?: boolean
  /** It reverts a change of the step: a cancelled job neither prevents nor terminates it. */
  readonly undoes?: boolean
  /** Timeout in ms after which the child is terminated. */
  readonly timeout?: number
  /** Called once the child has started. */
  readonly begun?: () => void
}

export interface ExecResult {
  /** 128 or more if a signal terminated the child. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs child processes: an argv array, never a shell. */
export interface Exec {
  /**
   * Runs `command` to completion; a nonzero exit status is a result, not an error.
   *
   * @throws {Failure} if the command does not exist, the arguments are too long for the system, or the output without
   *   `echo` exceeds the limit for a result
   */
  run(command: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>
}

/** How long a child may take to exit after SIGTERM, in milliseconds. */
const GRACE = 2_000

/** How long the children of a terminated child may keep its output open, in milliseconds. */
const HELD = 1_000

/**
 * `@actions/exec` does not expose its children, so they could not be terminated when the job is cancelled. Node
 * announces every child on this channel, in the asynchronous context of the call that created it.
 */
const calls = new AsyncLocalStorage<(child: ChildProcess) => void>()
subscribe('child_process', (message) => calls.getStore()?.((message as { process: ChildProcess }).process))

/** Processes that still hold the output of a terminated child must neither keep us alive nor write to the log. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

const startedBy = ({ pid }: ChildProcess): number[] => (pid === undefined ? [] : descendants(pid))

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has exited in the meantime.
  }
}

const NEVER = new AbortController().signal

/** A killed docker leaves its build plugin running, so a child is terminated with its descendants. */
function killAll(child: ChildProcess): void {
  startedBy(child).forEach(kill)
  child.kill('SIGKILL')
}

function attend(child: ChildProcess, signal: AbortSignal): void {
  const end = () => {
    // A shell exits immediately, and leaves the command that it waits for.
    const started = startedBy(child)
    child.kill('SIGTERM')
    const late = setTimeout(() => killAll(child), GRACE).unref()
    child.once('exit', () => {
      clearTimeout(late)
      started.forEach(kill)
    })
  }
  child.once('spawn', () => (signal.aborted ? end() : signal.addEventListener('abort', end, { once: true })))
  child.once('exit', () => signal.removeEventListener('abort', end))
  // A child may exit without reading its input; that is not an error.
  child.once('spawn', () => child.stdin?.on('error', () => undefined))
}

/** The message of `@actions/exec` for a command that was not started; `undefined` for anything else. */
function startProblemIn(message: string): string | undefined {
  if (message.startsWith('Unable to locate executable file'))
    return 'is not installed on this runner, or not in its PATH.'
  const [, file, code] = /\bspawn (.+) (E[A-Z0-9]+)$/s.exec(message) ?? []
  return file === undefined || code === undefined ? undefined : `cannot be started: ${startProblem(file, code)}`
}

/**
 * Characters that would end the quotes around a command, so that `@actions/exec` would see another command with
 * arguments.
 */
const UNQUOTABLE = /["\\]/

const tooLong = (command: string, [first = '']: readonly string[]): string =>
  `The command '${command} ${first}' printed more than ${ANSWER_LIMIT} where short output was expected, and was terminated. Run it on the runner to see what it prints.`

/** The real implementation, based on `@actions/exec`; every child is terminated when `signal` aborts. */
export function actionsExec(env: Environment, cancelled: AbortSignal, pause: CommandPause): Exec {
  return {
    async run(command, args, options = {}) {
      const signal = options.undoes ? NEVER : cancelled
      signal.throwIfAborted()
      if (UNQUOTABLE.test(command)) {
        throw new Failure(
          `The command ${JSON.stringify(command)} cannot be run: a quote or a backslash cannot be in its name.`,
        )
      }
      const variables = childEnvironment(env, options.env)
      checkArguments(command, args, variables)
      const children: ChildProcess[] = []
      const { timeout, echo = false } = options
      const ended = timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)])
      const output = childOutput(echo ? { stream: process.stdout, saw: pause.saw } : undefined, killAll)
      // Without the pause, a line of the child's output could be interpreted as a workflow command.
      if (echo) pause.begin()
      try {
        const exitCode = await calls.run(
          (child) => {
            children.push(child)
            attend(child, ended)
            output.attach(child)
            if (options.begun !== undefined) child.once('spawn', options.begun)
          },
          () =>
            exec(`"${command}"`, [...args], {
              env: variables,
              ignoreReturnCode: true,
              silent: !echo,
              delay: HELD,
              ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
              // Always set, so that a child that reads its input terminates.
              input: Buffer.from(options.input ?? ''),
            }),
        )
        signal.throwIfAborted()
        if (output.excessive) throw new Failure(tooLong(command, args))
        return { exitCode: exitCode ?? 128, ...output.texts() }
      } catch (error) {
        signal.throwIfAborted()
        const problem = error instanceof Error ? startProblemIn(error.message) : undefined
        throw problem === undefined ? error : new Failure(`The command '${command}' ${problem}`, { cause: error })
      } finally {
        children.forEach(letGo)
        if (echo) pause.end()
      }
    },
  }
}
