import { refusalOf } from './file-owner.ts'

/** Output values by name, as in action.yml. `undefined` is written as an empty string. */
export type OutputValues = Readonly<Record<string, string | number | boolean | undefined>>

/** A line in a file to which GitHub attaches a message. */
export interface FileLine {
  /** Relative to the workspace, with `/` between folders. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

/**
 * A failure that the reader of the job can fix: its message is one line that says what was wrong, what was given and
 * what to change. It is shown without a stack trace. Every other error is a bug and keeps its stack trace.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** Outputs that are valid despite the failure, for later steps with `if: always()`. */
  readonly outputs: OutputValues
  /** The source line that has to be changed, or that caused the failure. */
  readonly at: FileLine | undefined

  constructor(message: string, options: { cause?: unknown; outputs?: OutputValues; at?: FileLine | undefined } = {}) {
    super(message, { cause: options.cause })
    this.outputs = options.outputs ?? {}
    this.at = options.at
  }
}

/** A full disk, which can affect every write, or an exhausted quota. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Whether a write failed because of a full disk; `describe` says what to do. */
export const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && FULL.has(error.code)

/** A system error about a path, which comes from the machine or the workflow; its stack trace would not help. */
export const isOfSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'errno' in error && 'syscall' in error && 'path' in error

/** The error text for the failed step: one line for a `Failure` or a system error, a stack trace for a bug. */
export function describe(error: unknown): string {
  if (error instanceof Failure) return error.message
  if (isFull(error)) {
    return `The disk of the runner is full: ${reason(error)}. Free some space on it, for example with 'docker system prune'.`
  }
  const refusal = refusalOf(error)
  if (refusal !== undefined) return `The runner's user may not do that: ${refusal}`
  if (isOfSystem(error)) {
    return `A file or folder of the runner cannot be used: ${reason(error)}. Check this path, and the input or variable that leads to it, such as RUNNER_TEMP or HOME.`
  }
  if (error instanceof Error) return `Unexpected error, please report it: ${error.stack ?? error.message}`
  return `Unexpected error, please report it: ${String(error)}`
}

/** Ends `text` with a period, so that another sentence can follow; not after JSON, which is meant to be copied. */
export const sentence = (text: string): string => text.replace(/([^.!?}])$/, '$1.')

/** A sentence about a change that may or may not have happened: `repository x was created`. */
export const notKnown = (what: string): string => `Whether ${what} is not known.`

/** The message of any thrown value, on one line, for use within another sentence. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()
}

/** The same of a file or folder; where this user may not use it, also whose it is and what to change. */
export const fileReason = (error: unknown): string => refusalOf(error) ?? reason(error)
