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
  /** The account of the registry that is pushed to; `undefined` for the identity's own. */
  readonly registryId: string | undefined
  /** Host of the registry, where it stood in front of `repo`. */
  readonly registryHost?: string | undefined
  readonly createRepo: boolean
  readonly settings: RepositorySettings
  /** Accounts whose registries the build and the script may use, beside the one that is pushed to. */
  readonly registryIds: readonly string[]
  /** How long a daemon that starts is waited for, in milliseconds; 0 is not at all. */
  readonly waitForDocker: number
  /** Without it the image is built and stays where it is, and nothing is asked of AWS. */
  readonly push: boolean
  /** The image is wanted in the engine as well. */
  readonly load: boolean
  /** How often a push is tried again after what may pass. */
  readonly pushRetries: number
  /** From the workspace. */
  readonly dockerfile: string
  /** Folder, from the workspace, or URL. */
  readonly path: string
  /** Name of buildx's builder; without it, the one that buildx takes by itself. */
  readonly builder: string | undefined
  readonly build: BuildOptions
  /** Options of `docker build`, behind all others. */
  readonly extraBuildArgs: readonly GivenOption[]
  readonly cacheFrom: readonly CacheSource[]
  readonly prebuildScript: Script | undefined
  /** Shows what the step would do, and does none of it. */
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

/** Builders, and Docker's contexts, each of which is a builder too, have such names. */
function readBuilder(input: InputReader): string | undefined {
  const name = input.optional('builder')
  if (name !== undefined && !/^[a-zA-Z0-9][\w.+-]*$/.test(name)) {
    input.reject(
      `Input 'builder' is ${JSON.stringify(name)}, which is no name of a builder: it begins with a letter or a digit and is made of letters, digits, _ . + and -.`,
    )
  }
  return name
}

function readSettings(input: InputReader): RepositorySettings {
  const set = input.boolean('set_repo_policy')
  const file = input.string('repo_policy_file')
  return { policyFile: set ? file : undefined, scanOnPush: input.boolean('image_scanning_configuration') }
}

/** Nothing and 0 mean the same: no wait. */
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

/** Whether there is a push, which some other inputs are about. */
function readPush(input: InputReader): { push: boolean; dryRun: boolean } {
  const push = input.boolean('push')
  const dryRun = input.boolean('dry_run')
  if (!push && dryRun) input.reject("Input 'dry_run' shows what a push would do, and 'push' is false. Leave one out.")
  if (!push && input.optional('retag_from') !== undefined) {
    input.reject("Input 'retag_from' gives tags to an image of the registry, and 'push' is false. Leave one out.")
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
