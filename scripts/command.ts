import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, Failure } from '../packages/core/src/base/failure.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * Resolves a path given by the user: npm runs scripts in the package folder, and INIT_CWD is the user's working
 * directory.
 */
export const userPath = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)

/** Wrong usage of a command; the message explains the correct usage. */
export class Usage extends Failure {}

/**
 * Runs a command and prints its result; a failure is one line on stderr with exit status 1, wrong usage has status 2.
 */
export function runCommand(command: (args: string[]) => string): void {
  try {
    console.log(command(process.argv.slice(2)))
  } catch (error) {
    console.error(describe(error))
    process.exitCode = error instanceof Usage ? 2 : 1
  }
}
