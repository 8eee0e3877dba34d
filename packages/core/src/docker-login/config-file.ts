import { randomUUID } from 'node:crypto'
import { existsSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure, reason } from '../base/failure.ts'
import { blockingPath, ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import { object } from '../base/json-object.ts'
import { readText } from '../base/text-file.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { DockerConfig } from './config.ts'

/** The configuration in `file`; an empty one where there is no file, or nothing in it, as for the docker CLI. */
export function readDockerConfig(file: string): DockerConfig {
  // One that may not be seen is not one that is not there.
  const obstacle = blockingPath(file)
  if (obstacle !== undefined) {
    throw new Failure(
      `The Docker configuration ${file} may not be read by ${thisUser()}. Of ${obstacle}: ${ownerOf(obstacle)}. ${ownerCure(obstacle)}.`,
    )
  }
  if (!existsSync(file)) return {}
  try {
    const text = readText(file)
    return text.trim() === '' ? {} : object(JSON.parse(text))
  } catch (error) {
    // What the parser says quotes the file, which may hold passwords.
    const problem = error instanceof SyntaxError ? 'it is not valid JSON' : reason(error)
    throw new Failure(`The Docker configuration ${file} cannot be read: ${problem}. Mend or remove it.`)
  }
}

/** Some keep their configuration elsewhere and have a link to it, which may lead to a file that is still to come. */
const targetOf = (file: string): string =>
  existsSync(file) ? realpathSync(file) : (tryOrUndefined(() => resolve(dirname(file), readlinkSync(file))) ?? file)

/**
 * Writes the whole file or nothing, so that nobody reads half of it. What is there meanwhile has a random name, unless
 * `suffix` gives one by which `removeMeanwhile` finds it, and is never what somebody else has put there.
 */
export function writeDockerConfig(file: string, config: DockerConfig, suffix = `.${randomUUID()}`): void {
  const target = targetOf(file)
  const mode = (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777
  const meanwhile = `${target}${suffix}`
  writeFileSync(meanwhile, `${JSON.stringify(config, undefined, '\t')}\n`, { mode, flag: 'wx' })
  renameSync(meanwhile, target)
}

/** Removes what a write that was killed has left. */
export function removeMeanwhile(file: string, suffix: string): void {
  rmSync(`${targetOf(file)}${suffix}`, { force: true })
}
