import { existsSync } from 'node:fs'
import { type Builder, type Environment, Failure } from '@container-actions/core'
import { type Feature, platformNeeds } from '../inputs/build-features.ts'
import { platformsOf } from '../inputs/option-features.ts'
import type { Inputs } from '../inputs.ts'
import { sourceDate } from '../tags/image-labels.ts'

/** The platform that Docker builds for where neither an input nor an option names one; `undefined` for its own. */
export function defaultPlatform({ build, extraBuildArgs }: Pick<Inputs, 'build' | 'extraBuildArgs'>, env: Environment) {
  const isNamed = build.platforms.length > 0 || platformsOf(extraBuildArgs).length > 0
  return isNamed ? undefined : env['DOCKER_DEFAULT_PLATFORM'] || undefined
}

/** What the runner's variables ask for of a builder. */
export function ambientFeatures(platform: string | undefined, own: string): Feature[] {
  const needs = platform && platformNeeds(platform.split(','), own)
  return needs ? [{ asked: 'The variable DOCKER_DEFAULT_PLATFORM', needs }] : []
}

const SWITCHES = ['BUILDX_NO_DEFAULT_ATTESTATIONS', 'BUILDX_NO_DEFAULT_LOAD']

const POLICY = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY'

/** Fails for variables that would fail the build, or be left out of it. */
export function checkAmbient(env: Environment, by: Builder): void {
  sourceDate(env)
  if (by !== 'buildx') return
  const wrong = SWITCHES.find((name) => env[name] !== undefined && !/^(?:1|0|t|f|true|false)$/i.test(env[name]))
  if (wrong !== undefined) {
    throw new Failure(
      `The variable ${wrong} is ${JSON.stringify(env[wrong])}, and buildx takes true or false. Change it.`,
    )
  }
  const policy = env[POLICY]
  if (policy && !existsSync(policy)) {
    throw new Failure(`The variable ${POLICY} is ${JSON.stringify(policy)}, and there is no such file. Change it.`)
  }
}

/** What is done about the runner's variables that somebody may have meant otherwise. */
export function ambientNotices(env: Environment, by: Builder, platform: string | undefined): string[] {
  const trust = env['DOCKER_CONTENT_TRUST'] ?? ''
  return [
    ...(/^(?:|0|f|false)$/i.test(trust)
      ? []
      : [`The variable DOCKER_CONTENT_TRUST is ${trust}, and left out: Amazon ECR has no Notary to sign with.`]),
    ...(by === 'buildx' && env['DOCKER_BUILDKIT'] === '0'
      ? ['The variable DOCKER_BUILDKIT is 0, and not followed: the plugin docker-buildx is there, and builds.']
      : []),
    ...(platform === undefined ? [] : [`The image is for ${platform}, as the variable DOCKER_DEFAULT_PLATFORM says.`]),
  ]
}
