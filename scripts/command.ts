import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, Failure } from '../packages/core/src/base/failure.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A path as its user gives it: npm runs scripts in the folder of the package, and INIT_CWD is where the user is. */
export const userPath = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)

/** Wrong use of a command: the message is how to use it. */
export class Usage extends Failure {}

/** Runs a command: what it returns is its output; a failure is one line on stderr and the exit status 1, wrong use 2. */
export function runCommand(command: (args: string[]) => string): void {
  try {
    console.log(command(process.argv.slice(2)))
  } catch (error) {
    console.error(describe(error))
    process.exitCode = error instanceof Usage ? 2 : 1
  }
}
