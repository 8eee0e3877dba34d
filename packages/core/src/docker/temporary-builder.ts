import { randomBytes } from 'node:crypto'
import { lastLine } from '../base/last-line.ts'
import type { Exec } from '../step/exec.ts'
import type { Job } from '../step/job.ts'

/** A temporary buildx builder, in a container of the engine, for the duration of the step. */
export interface OwnBuilder {
  readonly name: string
  /** Whether its container uses the network of the engine's machine instead of a bridge network. */
  readonly hostNetwork: boolean
}

const PREFIX = 'ecr-push'

/** The random part is the mark that identifies a builder of a step. */
const NAME = new RegExp(`^${PREFIX}-[0-9a-f]{12}$`)

export const ownBuilderName = (): string => `${PREFIX}-${randomBytes(6).toString('hex')}`

/** State with the name of the builder, so that the post step finds it if the main step was killed. */
const STATE = 'ownBuilder'

/**
 * From these variables, buildx passes the whole event to a new builder for the attestations of its images:
 * https://github.com/docker/buildx/blob/master/driver/docker-container/driver.go
 */
const NO_EVENT = { GITHUB_EVENT_NAME: undefined, GITHUB_EVENT_PATH: undefined }

/** @returns Docker's error if it cannot be created; `undefined` if it runs */
export async function makeBuilder(
  { name, hostNetwork }: OwnBuilder,
  { exec, runner }: Pick<Job, 'exec' | 'runner'>,
): Promise<string | undefined> {
  // Saved first, because this process can be killed at any moment.
  runner.saveState(STATE, name)
  const network = hostNetwork ? ['--driver-opt=network=host'] : []
  const args = ['buildx', 'create', '--driver=docker-container', `--name=${name}`, ...network, '--bootstrap']
  const { exitCode, stderr } = await exec.run('docker', args, { env: NO_EVENT, echo: true })
  return exitCode === 0 ? undefined : lastLine(stderr).replace(/^ERROR: /, '')
}

/** What docker says where there is nothing to remove. */
const NOTHING = /\bno such (?:container|volume)\b/i

/**
 * Removes the container and the volume of a builder, in which buildx has them, without buildx: that knows its builders
 * by notes in a folder, which may be gone, or be closed to this user.
 */
async function removeNode(name: string, exec: Exec): Promise<string> {
  const container = `buildx_buildkit_${name}0`
  const problems: string[] = []
  for (const args of [
    ['container', 'rm', '--force', container],
    ['volume', 'rm', '--force', `${container}_state`],
  ]) {
    const { exitCode, stderr } = await exec.run('docker', args, { undoes: true })
    if (exitCode !== 0 && !NOTHING.test(stderr)) problems.push(lastLine(stderr))
  }
  return problems[0] ?? ''
}

/** Removes the builder with its container and volume, also when the job is cancelled; what does not go is a warning. */
export async function removeBuilder(name: string, { exec, runner }: Pick<Job, 'exec' | 'runner'>): Promise<void> {
  const { exitCode } = await exec.run('docker', ['buildx', 'rm', '--force', name], { undoes: true })
  const problem = exitCode === 0 ? '' : await removeNode(name, exec)
  if (problem === '') {
    runner.saveState(STATE, '')
    return
  }
  const container = `buildx_buildkit_${name}0`
  runner.warning(
    `The builder ${name} is left: ${problem.replace(/\.?$/, '.')} Remove it with 'docker container rm --force ${container}' and 'docker volume rm ${container}_state'.`,
  )
}

/** In the post step: removes the builder of a killed main step. */
export async function removeLeftBuilder(job: Pick<Job, 'exec' | 'runner'>): Promise<void> {
  const name = job.runner.state(STATE)
  if (name === '') return
  if (NAME.test(name)) await removeBuilder(name, job)
  else
    job.runner.warning(
      `The state '${STATE}' of this step names ${JSON.stringify(name)}, which is not a builder of this step; it is not removed.`,
    )
}
