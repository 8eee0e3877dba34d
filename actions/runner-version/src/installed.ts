import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { blockingPath, Failure, ownerCure, ownerOf, thisUser, tryOrUndefined } from '@container-actions/core'
import { parseVersion, type Version } from './version.ts'

/** Where the installed version was learnt. */
export interface Installed {
  readonly version: Version
  /** For the log: `the runner in /home/runner`. */
  readonly source: string
}

/** The list of what the runner's listener was built of; it names the listener itself with its version. */
export function versionIn(folder: string): Version | undefined {
  const file = tryOrUndefined(() => readFileSync(join(folder, 'bin', 'Runner.Listener.deps.json'), 'utf8'))
  const [, version = ''] = /"Runner\.Listener\/([^"]+)"/.exec(file ?? '') ?? []
  return parseVersion(version)
}

/** The version that a Dockerfile takes: from `ARG RUNNER_VERSION=…`, or the tag of GitHub's own image. */
export function versionInDockerfile(text: string): Version | undefined {
  const [, argument = ''] = /^\s*ARG\s+RUNNER_VERSION=["']?([^\s"']+)/im.exec(text) ?? []
  const [, tag = ''] = /^\s*FROM\s+(?:--\S+\s+)*\S*\bactions-runner:([\w.-]+)/im.exec(text) ?? []
  return parseVersion(argument) ?? parseVersion(tag)
}

/** The parent in the text of /proc/PID/stat; the name in parentheses can hold anything. */
export function parentIn(stat: string): number | undefined {
  const [, parent] = /\)\s+\S\s+(\d+)/.exec(stat.slice(stat.lastIndexOf(')'))) ?? []
  return parent === undefined ? undefined : Number(parent)
}

/** The folder of the runner that this process is a step of; only Linux tells. */
function runnerFolder(): string | undefined {
  for (let pid = process.ppid; pid > 1; ) {
    const program = tryOrUndefined(() => readlinkSync(`/proc/${pid}/exe`)) ?? ''
    if (['Runner.Worker', 'Runner.Listener'].includes(basename(program))) return dirname(dirname(program))
    const stat = tryOrUndefined(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    pid = parentIn(stat ?? '') ?? 0
  }
  return undefined
}

/** Fails where this user may not read what the input names, or `file` in it. */
function checkReadable(given: string, file = given): void {
  const blocker = blockingPath(file)
  if (blocker === undefined) return
  throw new Failure(
    `Input 'installed' is ${JSON.stringify(given)}, and ${file} may not be read by ${thisUser()}. Of ${blocker}: ${ownerOf(blocker)}. ${ownerCure(blocker)}.`,
  )
}

function inFolder(folder: string): Installed {
  const version = versionIn(folder)
  if (version !== undefined) return { version, source: `the runner in ${folder}` }
  checkReadable(folder, join(folder, 'bin', 'Runner.Listener.deps.json'))
  throw new Failure(
    `Input 'installed' is ${JSON.stringify(folder)}, and there is no runner in that folder (no bin/Runner.Listener.deps.json with a version).`,
  )
}

function inDockerfile(file: string): Installed {
  const version = versionInDockerfile(readFileSync(file, 'utf8'))
  if (version !== undefined) return { version, source: file }
  throw new Failure(
    `Input 'installed' is ${JSON.stringify(file)}, and that file has neither ARG RUNNER_VERSION=2.x.y nor FROM …/actions-runner:2.x.y.`,
  )
}

/**
 * Finds the installed version: `auto` for the runner of this job, a version, the folder of a runner, or a Dockerfile.
 *
 * @returns `undefined` if `auto` finds no runner above this process
 * @throws {Failure} if the given value has no version
 */
export function findInstalled(given: string): Installed | undefined {
  if (given === 'auto') {
    const folder = runnerFolder()
    const version = folder === undefined ? undefined : versionIn(folder)
    return version && { version, source: `the runner in ${folder}` }
  }
  const version = parseVersion(given)
  if (version !== undefined) return { version, source: "the input 'installed'" }
  checkReadable(given)
  const found = tryOrUndefined(() => statSync(given))
  if (found?.isDirectory()) return inFolder(given)
  if (found?.isFile()) return inDockerfile(given)
  throw new Failure(
    `Input 'installed' must be auto, a version like 2.330.0, the folder of a runner, or a Dockerfile; it is ${JSON.stringify(given)}, but there is no such file.`,
  )
}
