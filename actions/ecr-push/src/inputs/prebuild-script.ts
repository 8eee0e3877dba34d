import { chmodSync, type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  blockingPath,
  type Environment,
  Failure,
  type InputReader,
  type Job,
  lastLine,
  ownerCure,
  ownerOf,
  readsEverything,
  thisUser,
  tryOrUndefined,
} from '@container-actions/core'

/** A command with its arguments. */
export type Script = readonly [string, ...string[]]

export function readPrebuildScript(input: InputReader): Script | undefined {
  const [command, ...args] = input.words('prebuild_script')
  if (command === undefined) return undefined
  if (/["\\]/.test(command)) {
    input.reject(
      `Input 'prebuild_script' names the file ${JSON.stringify(command)}; a quote or a backslash cannot be in it.`,
    )
  }
  return [command, ...args]
}

/** A file of the workspace; `undefined` for what is in the PATH. */
function scriptFile(command: string): Stats | undefined {
  const file = tryOrUndefined(() => statSync(command))
  if (file?.isFile()) return file
  if (!command.includes('/')) return undefined
  throw new Failure(
    `Input 'prebuild_script' is ${JSON.stringify(command)}, but there is no such file in ${process.cwd()}. Check out the sources before this step.`,
  )
}

/**
 * A file in the workspace is made executable, because the checkout may have lost its mode; anything else is looked up
 * in the PATH.
 */
function program(command: string): string {
  const file = scriptFile(command)
  if (file === undefined) return command
  if ((file.mode & 0o111) === 0) chmodSync(command, file.mode | 0o111)
  return command.includes('/') ? command : `./${command}`
}

/**
 * Rejects a script that is not there, or one in the workspace that this user may neither run nor make executable.
 *
 * @throws {Failure} with the owner, the mode and what to change
 */
export function checkPrebuildScript([command]: Script): void {
  const blocker = readsEverything() ? undefined : blockingPath(command, 'execute')
  if (blocker === undefined) {
    scriptFile(command)
    return
  }
  const isOurs = tryOrUndefined(() => statSync(blocker).uid) === process.getuid?.()
  if (isOurs && blocker === resolve(command)) return
  throw new Failure(
    `Input 'prebuild_script' is ${JSON.stringify(command)}, which ${thisUser()} may not run. Of ${blocker}: ${ownerOf(blocker)}. ${ownerCure(blocker, blocker, 'execute')} before this step.`,
  )
}

/** Runs the script on the runner, in the workspace, with the step's Docker login. */
export async function runPrebuildScript([command, ...args]: Script, login: Environment, job: Job): Promise<void> {
  const { exitCode, stdout, stderr } = await job.exec.run(program(command), args, { env: login, echo: true })
  if (exitCode === 0) return
  const last = lastLine(stderr) || lastLine(stdout) || 'it printed nothing'
  throw new Failure(`The prebuild_script ${JSON.stringify(command)} ended with exit status ${exitCode}: ${last}`)
}
