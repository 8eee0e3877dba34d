import { type Builder, type InputReader, tagProblem } from '@container-actions/core'
import { CONFLICTS, type Conflict, LATEST, LATEST_MODES, type Latest, type Tags } from '../tags/plan.ts'
import { type RetagSource, readRetagSource } from './retag-source.ts'

/** The builder of an image, as far as the content depends on it. */
export interface ImageMaker {
  readonly by: Builder
  /** Its default platform; `undefined` if a platform is requested. */
  readonly platform: string | undefined
}

/** The tags of the image, and when it is not built. */
export interface TagInputs {
  /** In push order: the first one with the layers, `latest` last. */
  readonly tags: Tags
  readonly latest: Latest
  readonly immutableConflict: Conflict
  readonly skipIfExists: (typeof SKIPS)[number]
  readonly retagFrom: RetagSource | undefined
  /** The tag that identifies the content, with `skip_if_exists: inputs`. */
  readonly contentTag?: string
  /** The builder assumed for that tag. */
  readonly contentMaker?: ImageMaker
}

/** Never skip, or skip the build if the first tag exists, or if an image with the same content does. */
const SKIPS = ['never', 'tag', 'inputs'] as const

/** `repo` is the name of the repository, which full references in the tags may contain. */
export function readTagInputs(input: InputReader, repo: string): TagInputs {
  const latest = input.oneOf('latest', LATEST_MODES)
  const tags = readTags(input, repo, latest)
  const skipIfExists = input.oneOf('skip_if_exists', SKIPS)
  const retagFrom = readRetagSource(input)
  if (skipIfExists === 'tag' && tags[0] === LATEST) {
    input.reject(
      "Input 'skip_if_exists' is 'tag', but 'tags' contains only latest, which exists after the first push. Add a tag that identifies the content, such as the commit SHA.",
    )
  }
  if (retagFrom !== undefined && skipIfExists !== 'never') {
    input.reject(
      `Input 'retag_from' never builds, so 'skip_if_exists: ${skipIfExists}' has no effect. Remove one of them.`,
    )
  }
  return { tags, latest, skipIfExists, retagFrom, immutableConflict: input.oneOf('immutable_conflict', CONFLICTS) }
}

/** The tag in a reference to this repository, as docker/metadata-action writes its tags. */
function withoutRepository(tag: string, repo: string): string {
  const [, image, own] = /^([^/]+\/.+):([^:/]+)$/.exec(tag) ?? []
  return own !== undefined && (image === repo || image?.endsWith(`/${repo}`)) ? own : tag
}

function readTags(input: InputReader, repo: string, latest: Latest): Tags {
  const listed = input.list('tags').map((tag) => withoutRepository(tag, repo))
  const given = new Set(latest === 'true' ? [...listed, LATEST] : listed)
  if (latest === 'false') given.delete(LATEST)
  const all = [...given]
  for (const tag of all) {
    const problem = tagProblem(tag)
    if (problem !== undefined) {
      input.reject(
        `Input 'tags' has ${JSON.stringify(tag)}, which is not a tag: ${problem}. A tag consists of letters, digits, _ . and -; for a branch, use branch-name's output docker_tag.`,
      )
    }
  }
  const [first, ...others] = [...all.filter((tag) => tag !== LATEST), ...all.filter((tag) => tag === LATEST)]
  if (first === undefined) input.reject("Input 'tags' needs at least one tag.")
  return [first ?? '', ...others]
}
