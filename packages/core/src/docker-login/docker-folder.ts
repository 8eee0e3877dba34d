import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { withoutEnded } from './config.ts'
import { readDockerConfig, writeDockerConfig } from './config-file.ts'
import { userDockerFolder } from './config-folder.ts'

/**
 * The parts of the user's folder that are linked: plugins, contexts, builders, keys for TLS and for content trust. With
 * links to anything else, one job could write a file of another job.
 */
const LINKED = ['buildx', 'ca.pem', 'cert.pem', 'cli-plugins', 'contexts', 'key.pem', 'machine', 'trust']

/** The `DOCKER_CONFIG` of a login in `folder`. */
export const dockerFolder = (folder: string): string => join(folder, 'docker')

/** The variables that make Docker use a folder created by `copyDockerFolder`. */
export interface DockerFolderVariables {
  readonly DOCKER_CONFIG: string
  readonly BUILDX_CONFIG: string
}

/** The values that Docker uses with `env`, including defaults. */
export function dockerVariables(env: Environment): DockerFolderVariables {
  const original = userDockerFolder(env)
  return { DOCKER_CONFIG: original, BUILDX_CONFIG: env['BUILDX_CONFIG'] || join(original, 'buildx') }
}

/**
 * Creates a Docker configuration in `folder` as a copy of the one that Docker uses with `env`. Jobs that share a home
 * directory do not affect each other's logins in it, and nothing remains once the folder is removed.
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
