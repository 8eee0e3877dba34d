import { existsSync } from 'node:fs'
import { type Builder, type Environment, Failure } from '@container-actions/core'
import { type Feature, platformNeeds } from '../inputs/build-features.ts'
import { platformsOf } from '../inputs/option-features.ts'
import type { Inputs } from '../inputs.ts'
import { sourceDate } from '../tags/image-labels.ts'

/** The platform that Docker builds for if neither an input nor an option selects one; `undefined` for its own. */
export function defaultPlatform({ build, extraBuildArgs }: Pick<Inputs, 'build' | 'extraBuildArgs'>, env: Environment) {
  const isNamed = build.platforms.length > 0 || platformsOf(extraBuildArgs).length > 0
  return isNamed ? undefined : env['DOCKER_DEFAULT_PLATFORM'] || undefined
}

/** Features that the runner's variables require. */
export function ambientFeatures(platform: string | undefined, own: string): Feature[] {
  const needs = platform && platformNeeds(platform.split(','), own)
  return needs ? [{ asked: 'The variable DOCKER_DEFAULT_PLATFORM', needs }] : []
}

const SWITCHES = ['BUILDX_NO_DEFAULT_ATTESTATIONS', 'BUILDX_NO_DEFAULT_LOAD']

const POLICY = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY'

/** Fails for variables that would fail the build, or be ignored by it. */
export function checkAmbient(env: Environment, by: Builder): void {
  sourceDate(env)
  if (by !== 'buildx') return
  const wrong = SWITCHES.find((name) => env[name] !== undefined && !/^(?:1|0|t|f|true|false)$/i.test(env[name]))
  if (wrong !== undefined) {
    throw new Failure(
      `The variable ${wrong} is ${JSON.stringify(env[wrong])}, but buildx accepts only true or false. Fix or remove it.`,
    )
  }
  const policy = env[POLICY]
  if (policy && !existsSync(policy)) {
    throw new Failure(
      `The variable ${POLICY} is ${JSON.stringify(policy)}, but there is no such file. Fix or remove it.`,
    )
  }
}

/** Notices about variables of the runner that are not followed. */
export function ambientNotices(env: Environment, by: Builder, platform: string | undefined): string[] {
  const trust = env['DOCKER_CONTENT_TRUST'] ?? ''
  return [
    ...(/^(?:|0|f|false)$/i.test(trust)
      ? []
      : [
          `The variable DOCKER_CONTENT_TRUST is ${trust}, but is ignored: Amazon ECR has no Notary server to sign with.`,
        ]),
    ...(by === 'buildx' && env['DOCKER_BUILDKIT'] === '0'
      ? ['The variable DOCKER_BUILDKIT is 0, but is ignored: the plugin docker-buildx is installed and builds.']
      : []),
    ...(platform === undefined
      ? []
      : [`The image is built for ${platform}, because of the variable DOCKER_DEFAULT_PLATFORM.`]),
  ]
}
