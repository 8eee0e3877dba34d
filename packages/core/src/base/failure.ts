import { refusalOf } from './file-owner.ts'

/** What an action returns, by output name as in action.yml. `undefined` is written as the empty string. */
export type OutputValues = Readonly<Record<string, string | number | boolean | undefined>>

/** A line of a file, to which GitHub pins a message. */
export interface FileLine {
  /** Relative to the workspace, with `/` between folders. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

/**
 * A failure that the reader of the job can mend: its message is one line that says what was wrong, what was given
 * and what to change. It is shown without a stack. Every other error is a bug of the action and keeps its stack.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** Outputs that are true in spite of the failure, for later steps with `if: always()`. */
  readonly outputs: OutputValues
  /** The line of the sources that has to be changed, or that led to it. */
  readonly at: FileLine | undefined

  constructor(message: string, options: { cause?: unknown; outputs?: OutputValues; at?: FileLine | undefined } = {}) {
    super(message, { cause: options.cause })
    this.outputs = options.outputs ?? {}
    this.at = options.at
  }
}

/** A disk without room, which can show at every write, and a quota that is used up. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Whether a write failed for want of room, of which `describe` tells the cure. */
export const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && FULL.has(error.code)

/** What the system says of a path, which is the machine's or the workflow's, and of which the stack tells nothing. */
export const isOfSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'errno' in error && 'syscall' in error && 'path' in error

/** The text for the failed step: the line of a `Failure` or of the system, the stack of a bug. */
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

/** `text` with a full stop, so that another sentence can follow; behind JSON there is none, as that is to be copied. */
export const sentence = (text: string): string => text.replace(/([^.!?}])$/, '$1.')

/** A sentence for what may have been done or not: `repository x was created`. */
export const notKnown = (what: string): string => `Whether ${what} is not known.`

/** The message of anything thrown, in one line, for use inside another sentence. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()
}
