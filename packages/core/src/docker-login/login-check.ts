import { readFileSync, realpathSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { Failure, reason } from '../base/failure.ts'
import { lastLine } from '../base/last-line.ts'
import { mountOptions } from '../base/mount-table.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { Job } from '../step/job.ts'
import type { IsolatedDockerConfig } from './isolated-config.ts'

const CURE = "Give the runner another folder for its work: './config.sh --work FOLDER', or RUNNER_TEMP in a container."

/** Whether the file system of a folder does not allow execution; `undefined` if unknown. */
const isNoexec = (folder: string): boolean | undefined =>
  tryOrUndefined(() =>
    mountOptions(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(folder)).includes('noexec'),
  )

/**
 * Runs the program once that provides the registry password to Docker. Docker itself would not look for it until the
 * push, and then report missing credentials.
 *
 * @throws {Failure} if Docker cannot find or run it
 */
export async function checkLogin({ bin, program }: IsolatedDockerConfig, { exec }: Pick<Job, 'exec'>): Promise<void> {
  const folder = `RUNNER_TEMP is where Docker's login lies, in ${JSON.stringify(bin)}`
  if (!isAbsolute(bin)) throw new Failure(`${folder}, and Docker runs no program of a relative path. ${CURE}`)
  if (bin.includes(':')) {
    throw new Failure(`${folder}, and a folder with a colon in its name cannot be in the PATH. ${CURE}`)
  }
  const ended = await exec.run(program, ['list']).catch((error: unknown) => {
    if (error instanceof Failure) return error
    throw error
  })
  if (ended instanceof Failure) {
    const why = isNoexec(bin) ? "its file system is mounted with 'noexec'" : reason(ended)
    throw new Failure(`${folder}, and no program can be run there: ${why}. ${CURE}`, { cause: ended })
  }
  if (ended.exitCode === 0 && ended.stdout.trim() === '{}') return
  const said = lastLine(ended.stderr) || lastLine(ended.stdout) || 'it printed nothing'
  throw new Failure(`${folder}, and its program ended with exit status ${ended.exitCode}: ${said}. ${CURE}`)
}
