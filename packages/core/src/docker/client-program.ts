import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { blockingPath, ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { isJobContainer } from '../docker-daemon/host-state.ts'

/** Where the image `docker:cli` has the client, which is static and so runs in any image, and its plugins. */
const OF_IMAGE = ['/usr/local/bin/docker', '/usr/local/libexec/docker/cli-plugins']

const COPIES = OF_IMAGE.map((path) => `'COPY --from=docker:cli ${path} ${path}'`).join(' and ')

/** Where there is none, by where the step runs. */
const ABSENT = {
  container: `The container of this job has no docker CLI: no folder of its PATH has a program 'docker'. Add it to the image, for example with ${COPIES} in its Dockerfile, or run the job without 'container'.`,
  host: "This runner has no docker CLI: no folder of its PATH has a program 'docker'. Install one, for example the packages docker-ce-cli and docker-buildx-plugin (https://docs.docker.com/engine/install/), or add its folder to the PATH of the runner.",
}

const mayRun = (file: string): boolean =>
  tryOrUndefined(() => accessSync(file, constants.X_OK) ?? statSync(file).isFile()) === true

/**
 * Why no program of the name `docker` can be run here, and what to change; `undefined` where there is one.
 *
 * @param inContainer whether this is the `container:` of a job
 */
export function clientProblem(env: Environment, inContainer = isJobContainer()): string | undefined {
  const files = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'docker'))
  if (files.some(mayRun)) return undefined
  // One that may not be seen is not one that is not there.
  const obstacle = files.map((file) => blockingPath(file, 'execute')).find((found) => found !== undefined)
  const absent = ABSENT[inContainer ? 'container' : 'host']
  if (obstacle === undefined) return absent
  const cure = ownerCure(obstacle, obstacle, 'execute')
  return files.includes(obstacle)
    ? `${obstacle} is the docker CLI of this runner, and ${thisUser()} may not run it: ${ownerOf(obstacle)}. ${cure}.`
    : `${absent} There may be one that ${thisUser()} may not run. Of ${obstacle}: ${ownerOf(obstacle)}. ${cure}.`
}
