import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { configFolder } from '../docker-daemon/context.ts'

/**
 * The folder of the configuration that Docker uses with `env`, which may not exist; an absolute path, because it is
 * also passed to steps that run in other folders.
 */
export function userDockerFolder(env: Environment): string {
  const folder = resolve(configFolder(env))
  if (!existsSync(folder) || statSync(folder).isDirectory()) return folder
  throw new Failure(
    `DOCKER_CONFIG is '${folder}', which is a file. Set it to the folder that contains Docker's config.json.`,
  )
}
