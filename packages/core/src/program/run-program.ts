import { type Environment, processEnvironment } from '../base/environment.ts'
import { describe, Failure } from '../base/failure.ts'
import { become, CommandFailure, dieBy } from './exec-into.ts'

/** What a program may use that is no step of a job: a hook of the runner, or a command. */
export interface Program {
  readonly env: Environment
  /** What was written behind the program's own name. */
  readonly args: readonly string[]
  /** Aborts on SIGINT, SIGTERM and SIGHUP; the work then has to end soon. */
  readonly signal: AbortSignal
}

/** How a program ends after a signal. */
export interface LastWill {
  /** How long the work may take to end after a signal, in ms; `undefined` for as long as it likes. */
  readonly lastMoment: number | undefined
  /** Ends this process. */
  readonly endBy: (name: NodeJS.Signals) => void
}

const DEFAULT_WILL: LastWill = { lastMoment: 4_000, endBy: dieBy }

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A command to become, or an exit status. */
export type End = number | { readonly command: readonly [string, ...string[]]; readonly env: Environment }

async function end(how: End, fail: (line: string) => void): Promise<number> {
  if (typeof how === 'number') return how
  try {
    return await become(how.command, how.env)
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    fail(error.message)
    return error.status
  }
}

/**
 * Runs a program to its end, which is what `work` returns: an exit status, or a command that this process becomes. It
 * is 1 where the work throws, after `fail` was told why, and the signal itself where one ended the work,
 * unless `will` has it otherwise.
 */
export async function runProgram(
  work: (program: Program) => Promise<End>,
  fail: (line: string) => void,
  { lastMoment, endBy }: LastWill = DEFAULT_WILL,
): Promise<void> {
  const cancel = new AbortController()
  let by: NodeJS.Signals | undefined
  let how: End = 1
  const onSignal = (name: NodeJS.Signals) => {
    if (by !== undefined) return
    by = name
    cancel.abort(new Failure(`Ended by ${name}.`))
    if (lastMoment !== undefined) setTimeout(() => endBy(name), lastMoment).unref()
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  try {
    how = await work({ env: processEnvironment(), args: process.argv.slice(2), signal: cancel.signal })
  } catch (error) {
    fail(describe(error))
  }
  for (const name of SIGNALS) process.off(name, onSignal)
  if (by !== undefined) endBy(by)
  else process.exitCode = await end(how, fail)
}
