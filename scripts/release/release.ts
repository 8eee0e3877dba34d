import { Failure } from '../../packages/core/src/base/failure.ts'

/** What a tree is made of and for. The tree says so itself, in its release.json. */
export interface Release {
  /** Where users find it: `owner/name`, as in `uses:`. */
  readonly repository: string
  /** The tag, like v1.2.3. */
  readonly version: string
  /** The commit of the sources, in full. */
  readonly commit: string
}

const REPOSITORY = /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}\/[A-Za-z0-9._-]{1,100}$/
const VERSION = /^v(0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** Throws a Failure for what cannot be a release. */
export function checkRelease({ repository, version, commit }: Release): void {
  if (!REPOSITORY.test(repository)) {
    throw new Failure(`The repository must be like owner/name; it is '${repository}'.`)
  }
  if (!VERSION.test(version)) throw new Failure(`The version must be like v1.2.3; it is '${version}'.`)
  if (!COMMIT.test(commit)) throw new Failure(`The commit must be a full hash; it is '${commit}'.`)
}

/** The tag that moves with every release of a major version: v1 for v1.2.3. */
export const majorTag = (version: string): string => version.replace(/\..*/, '')

/**
 * An action as sources name it, in README.md, in docs and in composite actions: `org/actions/<name>@v1`. A tree names
 * its own repository and version instead.
 */
const EXAMPLE = /(?<![\w./-])org\/actions((?:\/[\w-]+)?)@(v\d+(?!\w|\.\d)|(?=\S))/g

/** The text with the examples for users of this release: its repository, and its major tag where the source has one. */
export const withExamples = (text: string, { repository, version }: Release): string =>
  text.replaceAll(
    EXAMPLE,
    (_all, path: string, tag: string) => `${repository}${path}@${tag === '' ? '' : majorTag(version)}`,
  )
