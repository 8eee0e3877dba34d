import {
  type AwsSettings,
  type InputReader,
  parseAccountId,
  readAwsSettings,
  readRegistryAccount,
  readRepository,
} from '@container-actions/core'
import { readBuildFile } from './inputs/build-files.ts'
import { type BuildOptions, readBuildOptions } from './inputs/build-options.ts'
import { type CacheSource, readCacheSources } from './inputs/caches.ts'
import { readExtraOptions } from './inputs/extra-options.ts'
import type { GivenOption } from './inputs/given-options.ts'
import { readPrebuildScript, type Script } from './inputs/prebuild-script.ts'
import { readTagInputs, type TagInputs } from './inputs/tags.ts'
import type { RepositorySettings } from './repository/repository-settings.ts'

export interface Inputs extends TagInputs {
  readonly aws: AwsSettings
  readonly repo: string
  /** The account of the registry to push to; `undefined` means that of the identity. */
  readonly registryId: string | undefined
  /** Host of the registry, if `repo` began with it. */
  readonly registryHost?: string | undefined
  readonly createRepo: boolean
  readonly settings: RepositorySettings
  /** Additional accounts whose registries the build and the script may use. */
  readonly registryIds: readonly string[]
  /** How long to wait for a starting daemon, in milliseconds; 0 does not wait. */
  readonly waitForDocker: number
  /** If false, the image is built but not pushed, and no AWS calls are made. */
  readonly push: boolean
  /** The image is also needed in the engine. */
  readonly load: boolean
  /** Retries after a transient push failure. */
  readonly pushRetries: number
  /** Relative to the workspace. */
  readonly dockerfile: string
  /** Folder, relative to the workspace, or URL. */
  readonly path: string
  /** Name of the buildx builder; if absent, buildx selects one. */
  readonly builder: string | undefined
  readonly build: BuildOptions
  /** Options of `docker build`, after all others. */
  readonly extraBuildArgs: readonly GivenOption[]
  readonly cacheFrom: readonly CacheSource[]
  readonly prebuildScript: Script | undefined
  /** Shows what the step would do without doing it. */
  readonly dryRun: boolean
}

const MAX_RETRIES = 20

function readRegistryIds(input: InputReader): string[] {
  const ids = input.list('registry_ids').map((given) => {
    const id = parseAccountId(given)
    if (id === undefined) {
      input.reject(`Input 'registry_ids' has ${JSON.stringify(given)}, which is not the 12 digits of an AWS account.`)
    }
    return id ?? ''
  })
  return [...new Set(ids)]
}

/** Names of builders, and of Docker contexts, each of which is also a builder. */
function readBuilder(input: InputReader): string | undefined {
  const name = input.optional('builder')
  if (name !== undefined && !/^[a-zA-Z0-9][\w.+-]*$/.test(name)) {
    input.reject(
      `Input 'builder' is ${JSON.stringify(name)}, which is not a valid builder name: it must begin with a letter or digit and contain only letters, digits, _ . + and -.`,
    )
  }
  return name
}

function readSettings(input: InputReader): RepositorySettings {
  const set = input.boolean('set_repo_policy')
  const file = input.string('repo_policy_file')
  return { policyFile: set ? file : undefined, scanOnPush: input.boolean('image_scanning_configuration') }
}

/** Empty and 0 both mean not to wait. */
const readWait = (input: InputReader): number =>
  input.optional('wait_for_docker') === undefined ? 0 : input.duration('wait_for_docker')

/** The repository, and the account of its registry. */
function readTarget(input: InputReader) {
  const repository = readRepository(input, { input: 'repo', allowHost: input.boolean('allow_host_prefix') })
  const aws = readAwsSettings(input, { region: repository.registry?.region })
  const given = { account: aws.accountId, region: aws.region, inputs: "'account_id' and 'region'" }
  const registryId = readRegistryAccount(input, [repository], given)
  return { aws, repo: repository.name, registryId, registryHost: repository.registry?.host }
}

/** Whether to push, which some other inputs depend on. */
function readPush(input: InputReader): { push: boolean; dryRun: boolean } {
  const push = input.boolean('push')
  const dryRun = input.boolean('dry_run')
  if (!push && dryRun)
    input.reject("Input 'dry_run' shows what a push would do, but 'push' is false. Remove one of them.")
  if (!push && input.optional('retag_from') !== undefined) {
    input.reject("Input 'retag_from' tags an image in the registry, but 'push' is false. Remove one of them.")
  }
  return { push, dryRun }
}

export function readInputs(input: InputReader): Inputs {
  const target = readTarget(input)
  const build = readBuildOptions(input)
  return {
    ...target,
    createRepo: input.boolean('create_repo'),
    settings: readSettings(input),
    registryIds: readRegistryIds(input),
    ...readTagInputs(input, target.repo),
    ...readPush(input),
    load: input.boolean('load'),
    pushRetries: input.integer('push_retries', { min: 0, max: MAX_RETRIES }),
    waitForDocker: readWait(input),
    dockerfile: readBuildFile(input, 'dockerfile'),
    path: readBuildFile(input, 'path'),
    builder: readBuilder(input),
    build,
    extraBuildArgs: readExtraOptions(input, build),
    cacheFrom: readCacheSources(input),
    prebuildScript: readPrebuildScript(input),
  }
}
