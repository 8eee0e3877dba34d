import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { blockingPath, ownerCure, ownerOf, readsEverything, thisUser } from '../base/file-owner.ts'
import { readText } from '../base/text-file.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { dockerVariables } from '../docker-login/docker-folder.ts'
import { type Job, jobWith } from '../step/job.ts'
import { pluginFile } from './plugin.ts'

/** What buildx writes in its folder: https://github.com/docker/buildx/blob/master/store/store.go */
const WRITTEN = ['', 'instances', 'defaults', 'activity', 'refs', '.lock', 'current']

function blockerIn(folder: string): string | undefined {
  const present = new Set(tryOrUndefined(() => readdirSync(folder)))
  const written = WRITTEN.filter((name) => name === '' || present.has(name))
  return written.map((name) => blockingPath(join(folder, name), 'write')).find((blocker) => blocker !== undefined)
}

/** The builder that `docker buildx use` has chosen, or the empty string; `undefined` where the file does not tell. */
export function chosenBuilder(env: Environment): string | undefined {
  const file = join(dockerVariables(env).BUILDX_CONFIG, 'current')
  if (!existsSync(file)) return ''
  const { Name: name } = Object(tryOrUndefined(() => JSON.parse(readText(file))))
  return typeof name === 'string' ? name : undefined
}

function withFolder(job: Job, folder: string): Job {
  const variable = { BUILDX_CONFIG: folder }
  const env: Environment = { ...job.env, ...variable }
  const exec: Job['exec'] = {
    run: (command, args, options) => job.exec.run(command, args, { ...options, env: { ...variable, ...options?.env } }),
  }
  return jobWith(job, { env, exec })
}

/**
 * A job whose buildx can keep what it notes: one `sudo -E docker build` leaves the folder to root, and buildx then fails
 * at everything. Where no builder in it is asked for, the job gets a folder of the step's own.
 *
 * @param builder the builder that is asked for by its name
 * @throws {Failure} where the builder is known nowhere else
 */
export function withBuildxFolder(job: Job, builder: string | undefined): Job {
  if (readsEverything() || pluginFile('buildx', job.env) === undefined) return job
  const { BUILDX_CONFIG: folder } = dockerVariables(job.env)
  const blocker = blockerIn(folder)
  if (blocker === undefined) return job
  const why = `buildx keeps its builders in ${folder}, where ${thisUser()} may not write. Of ${blocker}: ${ownerOf(blocker)}, as after a 'sudo docker build'. ${ownerCure(blocker)}`
  if (builder || job.env['BUILDX_BUILDER'] || chosenBuilder(job.env))
    throw new Failure(`Docker's ${why} before this step.`)
  job.runner.notice(`Docker's ${why}. This step makes do with a folder of its own.`)
  return withFolder(job, job.temporaryFolder('buildx'))
}
