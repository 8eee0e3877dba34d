import { randomUUID } from 'node:crypto'
import { existsSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure, reason } from '../base/failure.ts'
import { blockingPath, ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import { object } from '../base/json-object.ts'
import { readText } from '../base/text-file.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { DockerConfig } from './config.ts'

/** The configuration in `file`; empty if the file is missing or empty, as for the docker CLI. */
export function readDockerConfig(file: string): DockerConfig {
  // An inaccessible file is not a missing file.
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
    // The parser's message quotes the file, which may contain passwords.
    const problem = error instanceof SyntaxError ? 'it is not valid JSON' : reason(error)
    throw new Failure(`The Docker configuration ${file} cannot be read: ${problem}. Fix or remove it.`)
  }
}

/** The file may be a link to a configuration elsewhere, which may not exist yet. */
const targetOf = (file: string): string =>
  existsSync(file) ? realpathSync(file) : (tryOrUndefined(() => resolve(dirname(file), readlinkSync(file))) ?? file)

/**
 * Writes the file atomically. The temporary file has a random name, unless `suffix` sets one by which `removeMeanwhile`
 * finds it, and never overwrites a file of somebody else.
 */
export function writeDockerConfig(file: string, config: DockerConfig, suffix = `.${randomUUID()}`): void {
  const target = targetOf(file)
  const mode = (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777
  const meanwhile = `${target}${suffix}`
  writeFileSync(meanwhile, `${JSON.stringify(config, undefined, '\t')}\n`, { mode, flag: 'wx' })
  try {
    renameSync(meanwhile, target)
  } catch (error) {
    rmSync(meanwhile, { force: true })
    if (!isMountPoint(error)) throw error
    throw new Failure(
      `The Docker configuration ${target} is mounted as a file of its own, and cannot be replaced. Mount its folder, or let this step have a configuration of its own.`,
      { cause: error },
    )
  }
}

/** What the system answers where a file is itself a mount: https://man7.org/linux/man-pages/man2/rename.2.html */
const isMountPoint = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EBUSY'

/** Removes the leftovers of a killed write. */
export function removeMeanwhile(file: string, suffix: string): void {
  rmSync(`${targetOf(file)}${suffix}`, { force: true })
}
