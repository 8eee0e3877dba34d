import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { blockingPath, isForeign, ownerCure, ownerOf, readsEverything, thisUser } from '../base/file-owner.ts'
import { readText } from '../base/text-file.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { dockerVariables } from '../docker-login/docker-folder.ts'
import type { Job } from '../step/job.ts'
import { withVariables } from '../step/job-environment.ts'
import { runnablePlugin } from './plugin.ts'

/** What buildx writes to its folder: https://github.com/docker/buildx/blob/master/store/store.go */
const WRITTEN = ['', 'instances', 'defaults', 'activity', 'refs', '.lock', 'current']

function blockerIn(folder: string): string | undefined {
  const present = new Set(tryOrUndefined(() => readdirSync(folder)))
  const written = WRITTEN.filter((name) => name === '' || present.has(name))
  return written.map((name) => blockingPath(join(folder, name), 'write')).find((blocker) => blocker !== undefined)
}

/** The builder selected with `docker buildx use`, or the empty string; `undefined` if the file does not say. */
export function chosenBuilder(env: Environment): string | undefined {
  const file = join(dockerVariables(env).BUILDX_CONFIG, 'current')
  if (!existsSync(file)) return ''
  const { Name: name } = Object(tryOrUndefined(() => JSON.parse(readText(file))))
  return typeof name === 'string' ? name : undefined
}

/**
 * Returns a job in which buildx can write its state: a `sudo -E docker build` makes root the owner of the folder, and
 * buildx then always fails. If no builder in it is required, the job gets a temporary folder.
 *
 * @param builder the builder that is requested by name
 * @throws {Failure} if the builder is known only in that folder
 */
export function withBuildxFolder(job: Job, builder: string | undefined): Job {
  if (readsEverything() || runnablePlugin('buildx', job.env) === undefined) return job
  const { BUILDX_CONFIG: folder } = dockerVariables(job.env)
  const blocker = blockerIn(folder)
  if (blocker === undefined) return job
  const why = `buildx keeps its builders in ${folder}, where ${thisUser()} may not write. Of ${blocker}: ${ownerOf(blocker)}${isForeign(blocker) ? ", as after a 'sudo docker build'" : ''}. ${ownerCure(blocker)}`
  if (builder || job.env['BUILDX_BUILDER'] || chosenBuilder(job.env))
    throw new Failure(`Docker's ${why} before this step.`)
  job.runner.notice(`Docker's ${why}. This step uses a temporary folder instead.`)
  const own = { BUILDX_CONFIG: job.temporaryFolder('buildx') }
  return withVariables(job, () => own)
}
