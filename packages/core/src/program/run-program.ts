import { type Environment, processEnvironment } from '../base/environment.ts'
import { describe, Failure } from '../base/failure.ts'
import { CommandFailure, execInto, exitBySignal } from './exec-into.ts'

/** What a program that is not a step can use: a hook of the runner, or a command. */
export interface Program {
  readonly env: Environment
  /** The arguments after the program's own name. */
  readonly args: readonly string[]
  /** Aborted on SIGINT, SIGTERM and SIGHUP; the work then has to finish soon. */
  readonly signal: AbortSignal
}

/** How a program exits after a signal. */
export interface ShutdownOptions {
  /** How long the work may take to finish after a signal, in ms; `undefined` for no limit. */
  readonly gracePeriod: number | undefined
  /** Terminates this process. */
  readonly exitBy: (name: NodeJS.Signals) => void
}

const DEFAULT_SHUTDOWN: ShutdownOptions = { gracePeriod: 4_000, exitBy: exitBySignal }

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A command that replaces this process, or an exit status. */
export type ProgramResult = number | { readonly command: readonly [string, ...string[]]; readonly env: Environment }

async function exitCodeOf(how: ProgramResult, fail: (line: string) => void): Promise<number> {
  if (typeof how === 'number') return how
  try {
    return await execInto(how.command, how.env)
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    fail(error.message)
    return error.status
  }
}

/**
 * Runs a program to completion. `work` returns an exit status, or a command that replaces this process. The status is 1
 * if the work throws, after `fail` was called with the reason, and the signal itself if one ended the work, unless
 * `exitBy` does otherwise.
 */
export async function runProgram(
  work: (program: Program) => Promise<ProgramResult>,
  fail: (line: string) => void,
  { gracePeriod, exitBy }: ShutdownOptions = DEFAULT_SHUTDOWN,
): Promise<void> {
  const cancel = new AbortController()
  let by: NodeJS.Signals | undefined
  let how: ProgramResult = 1
  const onSignal = (name: NodeJS.Signals) => {
    if (by !== undefined) return
    by = name
    cancel.abort(new Failure(`Ended by ${name}.`))
    if (gracePeriod !== undefined) setTimeout(() => exitBy(name), gracePeriod).unref()
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  try {
    how = await work({ env: processEnvironment(), args: process.argv.slice(2), signal: cancel.signal })
  } catch (error) {
    fail(describe(error))
  }
  for (const name of SIGNALS) process.off(name, onSignal)
  if (by !== undefined) exitBy(by)
  else process.exitCode = await exitCodeOf(how, fail)
}
