import {
  type AwsSettings,
  type InputReader,
  readAwsSettings,
  readRepositoryName,
  tagProblem,
} from '@container-actions/core'

export interface Inputs {
  readonly aws: AwsSettings
  readonly repo: string
  readonly createRepo: boolean
  /** In the order of their pushes: the first one with the layers, `latest` last. */
  readonly tags: readonly [string, ...string[]]
  /** From the workspace. */
  readonly dockerfile: string
  /** Folder, from the workspace, or URL. */
  readonly path: string
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

export const readInputs = (input: InputReader): Inputs => ({
  aws: readAwsSettings(input),
  repo: readRepositoryName(input, 'repo'),
  createRepo: input.boolean('create_repo'),
  tags: readTags(input),
  dockerfile: input.string('dockerfile'),
  path: input.string('path'),
})
