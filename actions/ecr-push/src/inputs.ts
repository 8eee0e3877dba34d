import {
  type AwsSettings,
  type InputReader,
  parseAccountId,
  readAwsSettings,
  readRepositoryName,
  tagProblem,
} from '@container-actions/core'
import { type CacheSource, readCacheSources } from './cache-source.ts'
import { readPrebuildScript, type Script } from './prebuild-script.ts'
import type { RepositorySettings } from './repository-settings.ts'
import { parseWords } from './words.ts'

export interface Inputs {
  readonly aws: AwsSettings
  readonly repo: string
  readonly createRepo: boolean
  readonly settings: RepositorySettings
  /** Accounts whose registries the build and the script may use, beside the one that is pushed to. */
  readonly registryIds: readonly string[]
  /** In the order of their pushes: the first one with the layers, `latest` last. */
  readonly tags: readonly [string, ...string[]]
  /** From the workspace. */
  readonly dockerfile: string
  /** Folder, from the workspace, or URL. */
  readonly path: string
  /** Options of `docker build`, behind all others. */
  readonly extraBuildArgs: readonly string[]
  readonly cacheFrom: readonly CacheSource[]
  readonly prebuildScript: Script | undefined
}

const LATEST = 'latest'

function readTags(input: InputReader): readonly [string, ...string[]] {
  const given = [...new Set(input.list('tags'))]
  for (const tag of given) {
    const problem = tagProblem(tag)
    if (problem !== undefined) {
      input.reject(
        `Input 'tags' has ${JSON.stringify(tag)}, which is no tag: it ${problem}. A tag is made of letters, digits, _ . and -; for a branch use branch-name's output docker_tag.`,
      )
    }
  }
  const [first, ...others] = [...given.filter((tag) => tag !== LATEST), ...given.filter((tag) => tag === LATEST)]
  if (first === undefined) input.reject("Input 'tags' needs at least one tag.")
  return [first ?? '', ...others]
}

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

function readExtraBuildArgs(input: InputReader): string[] {
  const words = parseWords(input.optional('extra_build_args') ?? '')
  if (typeof words === 'string') input.reject(`Input 'extra_build_args' ${words}.`)
  else if (words.includes('--')) {
    input.reject("Input 'extra_build_args' has '--', which ends the options. The build context is the input 'path'.")
  }
  return typeof words === 'string' ? [] : words
}

function readSettings(input: InputReader): RepositorySettings {
  const set = input.boolean('set_repo_policy')
  const file = input.string('repo_policy_file')
  return { policyFile: set ? file : undefined, scanOnPush: input.boolean('image_scanning_configuration') }
}

export const readInputs = (input: InputReader): Inputs => ({
  aws: readAwsSettings(input),
  repo: readRepositoryName(input, 'repo'),
  createRepo: input.boolean('create_repo'),
  settings: readSettings(input),
  registryIds: readRegistryIds(input),
  tags: readTags(input),
  dockerfile: input.string('dockerfile'),
  path: input.string('path'),
  extraBuildArgs: readExtraBuildArgs(input),
  cacheFrom: readCacheSources(input),
  prebuildScript: readPrebuildScript(input),
})
