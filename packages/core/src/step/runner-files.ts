import { accessSync, constants } from 'node:fs'
import type { Environment } from '../base/environment.ts'
import { Failure, reason, sentence } from '../base/failure.ts'
import { refusalOf } from '../base/file-owner.ts'

/** Those that a step writes what later steps and its own post step need. The summary is no such file. */
const NEEDED = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV'] as const

/** Why the file of the runner that `variable` names cannot be written. */
export function notWritable(variable: string, error: unknown): Failure {
  const why = refusalOf(error) ?? `${sentence(reason(error))} Leave this variable as the runner sets it.`
  return new Failure(`The runner's file that ${variable} names cannot be written: ${why}`, { cause: error })
}

/**
 * Looks whether the step may write what it will have to, before it changes anything: an image that was pushed is of no
 * use to a job that does not get its digest.
 *
 * @throws {Failure}
 */
export function checkRunnerFiles(env: Environment): void {
  for (const variable of NEEDED) {
    const file = env[variable]
    try {
      if (file) accessSync(file, constants.W_OK)
    } catch (error) {
      throw notWritable(variable, error)
    }
  }
}
