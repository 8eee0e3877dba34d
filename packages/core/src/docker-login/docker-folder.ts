import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { withoutEnded } from './config.ts'
import { readDockerConfig, writeDockerConfig } from './config-file.ts'
import { userDockerFolder } from './config-folder.ts'

/**
 * What of the user's folder is used where it is: plugins, contexts, builders, keys for TLS and for content trust. Links
 * to anything else would let a file of one job be written through that of another.
 */
const LINKED = ['buildx', 'ca.pem', 'cert.pem', 'cli-plugins', 'contexts', 'key.pem', 'machine', 'trust']

/** Where a login in `folder` has its `DOCKER_CONFIG`. */
export const dockerFolder = (folder: string): string => join(folder, 'docker')

/** The variables by which Docker uses a folder that `copyDockerFolder` made. */
export interface DockerFolderVariables {
  readonly DOCKER_CONFIG: string
  readonly BUILDX_CONFIG: string
}

/** The variables that Docker has with `env`, or would have if they were set. */
export function dockerVariables(env: Environment): DockerFolderVariables {
  const original = userDockerFolder(env)
  return { DOCKER_CONFIG: original, BUILDX_CONFIG: env['BUILDX_CONFIG'] || join(original, 'buildx') }
}

/**
 * Makes a Docker configuration in `folder` that begins as that which Docker has with `env`. Jobs that share a home do not
 * touch each other's logins in it, and nothing is left when the folder is gone.
 */
export function copyDockerFolder(folder: string, env: Environment): DockerFolderVariables {
  const { DOCKER_CONFIG: original, BUILDX_CONFIG } = dockerVariables(env)
  const config = withoutEnded(readDockerConfig(join(original, 'config.json')), Date.now())
  const copy = dockerFolder(folder)
  mkdirSync(copy, { mode: 0o700 })
  const present = existsSync(original) ? readdirSync(original) : []
  for (const name of LINKED.filter((each) => present.includes(each))) {
    symlinkSync(join(original, name), join(copy, name))
  }
  writeDockerConfig(join(copy, 'config.json'), config)
  return { DOCKER_CONFIG: copy, BUILDX_CONFIG }
}
